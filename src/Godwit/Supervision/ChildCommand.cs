using System.Diagnostics;
using System.Reflection;

namespace Godwit.CommandLine.Supervision;

/// <summary>What to start: a program, its arguments, and what only its environment may carry (secrets do not belong into argv).</summary>
internal sealed record ChildCommand(string FileName, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>This very program again, with other arguments.</summary>
    public static ChildCommand Self(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        Self(System.Environment.ProcessPath!, Assembly.GetExecutingAssembly().Location, arguments, environment);

    /// <summary>As above for a given host: <c>dotnet godwit.dll</c> has the runtime as its process and must name the assembly.</summary>
    public static ChildCommand Self(
        string processPath,
        string assemblyPath,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment) =>
        Path.GetFileNameWithoutExtension(processPath) == "dotnet"
            ? new(processPath, [assemblyPath, .. arguments], environment)
            : new(processPath, arguments, environment);

    public ProcessStartInfo ToStartInfo()
    {
        ProcessStartInfo info = new(FileName, Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in Environment)
            info.Environment[name] = value;
        return info;
    }
}
