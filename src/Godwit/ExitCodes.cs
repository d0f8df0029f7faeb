namespace Godwit.CommandLine;

/// <summary>What the exit code of <c>godwit</c> says. The supervisor reads it too: the last two are final, anything else is restarted.</summary>
internal static class ExitCodes
{
    /// <summary>Done, or stopped as asked.</summary>
    public const int Success = 0;

    /// <summary>It could not run: a port is taken, nothing could serve, a bug.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Configuration = 2;

    /// <summary>The model's folder cannot be served; trying again would not help.</summary>
    public const int ModelRefused = 3;

    /// <summary>Whether a process that ended so would end so again.</summary>
    public static bool IsFinal(int exitCode) => exitCode is Configuration or ModelRefused;
}
