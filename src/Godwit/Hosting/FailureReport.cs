using System.Net.Sockets;
using Godwit.CommandLine.Configuration;
using Godwit.Worker;
using Microsoft.Extensions.Options;

namespace Godwit.CommandLine.Hosting;

/// <summary>Why something did not start: readable lines and an exit code. A failure that is not expected has none, and keeps its stack trace.</summary>
/// <param name="ExitCode">See <see cref="ExitCodes"/>.</param>
/// <param name="Lines">One per problem.</param>
internal sealed record FailureReport(int ExitCode, IReadOnlyList<string> Lines)
{
    /// <summary>What to say of an exception; null when it is a bug.</summary>
    public static FailureReport? Of(Exception exception) => exception switch
    {
        ConfigurationException e => new(ExitCodes.Configuration, e.Problems),
        OptionsValidationException e => new(ExitCodes.Configuration, [.. e.Failures]),
        WorkerStartException e => new(ExitCodes.ModelRefused, [e.Message]),
        StartFailedException e => new(ExitCodes.Failure, [e.Message]),
        AggregateException e => Merge(e),
        IOException { InnerException: SocketException or Microsoft.AspNetCore.Connections.AddressInUseException } e =>
            new(ExitCodes.Failure, [e.Message]),
        _ => null,
    };

    private static FailureReport? Merge(AggregateException exception)
    {
        FailureReport?[] reports = [.. exception.Flatten().InnerExceptions.Select(Of)];
        return reports.Contains(null)
            ? null
            : new(reports.Max(report => report!.ExitCode), [.. reports.SelectMany(report => report!.Lines)]);
    }
}
