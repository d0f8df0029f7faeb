namespace Godwit.CommandLine.Configuration;

/// <summary>What is wrong with the configuration or the command line, one readable line per problem.</summary>
internal sealed class ConfigurationException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public ConfigurationException(string problem)
        : this([problem])
    {
    }

    public IReadOnlyList<string> Problems => problems;
}
