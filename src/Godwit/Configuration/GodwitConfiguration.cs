using Microsoft.Extensions.Configuration;

namespace Godwit.CommandLine.Configuration;

/// <summary>Where settings come from: <c>godwit.json</c>, then <c>GODWIT__Section__Key</c>, then the command line; later ones win.</summary>
internal static class GodwitConfiguration
{
    /// <summary>Name of the file that is read from the working directory when no other is named.</summary>
    public const string FileName = "godwit.json";

    /// <summary>Prefix of the environment variables.</summary>
    public const string EnvironmentPrefix = "GODWIT__";

    /// <summary>Reads everything and checks it against the keys that are known.</summary>
    /// <param name="file">A file that must exist, or null for <see cref="FileName"/> in <paramref name="directory"/>, if there is one.</param>
    /// <param name="directory">The working directory.</param>
    /// <param name="commandLine">Keys and values that options of the command line stand for.</param>
    /// <param name="known">The keys that are read by anyone.</param>
    /// <exception cref="ConfigurationException">A file that cannot be read, an unknown key, a value of the wrong type.</exception>
    public static IConfigurationRoot Load(
        string? file,
        string directory,
        IReadOnlyDictionary<string, string?> commandLine,
        KnownKeys known)
    {
        string path = Path.GetFullPath(file ?? FileName, directory);
        if (file is not null && !File.Exists(path))
            throw new ConfigurationException($"{path}: there is no such file (--config).");
        IConfigurationRoot configuration;
        try
        {
            configuration = new ConfigurationBuilder()
                .AddJsonFile(path, optional: true, reloadOnChange: false)
                .AddEnvironmentVariables(EnvironmentPrefix)
                .AddInMemoryCollection(commandLine)
                .Build();
        }
        catch (InvalidDataException e)
        {
            throw new ConfigurationException($"{path}: {(e.InnerException ?? e).GetBaseException().Message}");
        }

        IReadOnlyList<string> problems = known.FindProblems(configuration);
        return problems.Count == 0 ? configuration : throw new ConfigurationException(problems);
    }

    /// <summary>Splits <c>Section:Feature:Key=value</c>, the form of <c>--set</c>.</summary>
    public static KeyValuePair<string, string?> ParseAssignment(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(text[..equals].Trim(), text[(equals + 1)..])
            : throw new ConfigurationException($"--set {text}: expected Section:Feature:Key=value.");
    }
}
