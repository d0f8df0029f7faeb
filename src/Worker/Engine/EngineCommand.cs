namespace Godwit.Worker.Engine;

/// <summary>Something to be done to the batch between two steps.</summary>
/// <param name="Execute">Does it, on the engine's thread.</param>
/// <param name="Fail">Called instead when the engine has broken or stopped.</param>
internal readonly record struct EngineCommand(Action<FusedBatch> Execute, Action<EngineFaultedException> Fail)
{
    /// <summary>One whose result or error is awaited.</summary>
    /// <param name="call">What is done to the batch.</param>
    /// <param name="result">Completes with what it returned.</param>
    public static EngineCommand Of<T>(Func<FusedBatch, T> call, out Task<T> result)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        result = completion.Task;
        return new EngineCommand(Execute, completion.SetException);

        void Execute(FusedBatch batch)
        {
            try
            {
                completion.SetResult(call(batch));
            }
#pragma warning disable CA1031 // A caller's mistake is the caller's: it must not end the others.
            catch (Exception error)
#pragma warning restore CA1031
            {
                completion.SetException(error);
            }
        }
    }
}
