using Godwit.CommandLine.Configuration;
using Godwit.CommandLine.Supervision;
using Godwit.Gateway;
using Godwit.Router;
using Godwit.Scheduler;
using Godwit.ServiceDefaults;
using Godwit.Worker;

namespace Godwit.CommandLine;

/// <summary>What the programs have to say about themselves.</summary>
internal static class Programs
{
    /// <summary>Every configuration key that any of them reads; one file may configure all, whichever of them runs here.</summary>
    public static KnownKeys KnownKeys { get; } = new(
    [
        .. ServiceDefaultsExtensions.OptionSections,
        new KeyValuePair<string, Type>(SupervisionOptions.Section, typeof(SupervisionOptions)),
        .. GatewayProgram.OptionSections,
        .. RouterProgram.OptionSections,
        .. SchedulerProgram.OptionSections,
        .. WorkerProgram.OptionSections,
    ]);
}
