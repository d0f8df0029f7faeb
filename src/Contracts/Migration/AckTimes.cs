namespace Godwit.Contracts.Migration;

/// <summary>How Gateway and workers know of each other that they live (DESIGN §5.2). All are measured on monotonic clocks.</summary>
public static class AckTimes
{
    /// <summary>How often a Gateway sends its acknowledgements to a worker, also when nothing changed.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// After this long without one a worker gives a request up; after this long without a sign of life a Gateway gives a worker up.
    /// </summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
}
