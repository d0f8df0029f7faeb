using Godwit.ServiceDefaults;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Admin;

/// <summary>The paths that belong to operators.</summary>
internal static class AdminPaths
{
    /// <summary>Those that the leading Scheduler answers.</summary>
    public static IReadOnlyList<PathString> Scheduler { get; } = ["/instances", "/requests", "/policy", "/explain"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PathString> All { get; } = [ServiceDefaultsExtensions.MetricsPath, .. Scheduler];
}
