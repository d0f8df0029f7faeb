using System.IO.Pipes;
using Godwit.CommandLine.Supervision;

namespace Godwit.CommandLine.Tests.Supervision;

public sealed class SupervisorWatchTests
{
    [Fact]
    public async Task Start_PipeClosed_CallsBackOnceItEnds()
    {
        using AnonymousPipeServerStream supervisor = new(PipeDirection.Out);
        using AnonymousPipeClientStream child = new(PipeDirection.In, supervisor.ClientSafePipeHandle);
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SupervisorWatch.Start(child, gone.SetResult);
        await supervisor.WriteAsync("bytes are not the end"u8.ToArray());
        Assert.False(gone.Task.IsCompleted);
        supervisor.Dispose();
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
