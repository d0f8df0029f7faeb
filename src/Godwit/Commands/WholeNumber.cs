using System.CommandLine;

namespace Godwit.CommandLine.Commands;

/// <summary>Options that are whole numbers within bounds.</summary>
internal static class WholeNumber
{
    /// <summary>An option with a default; out of bounds, the error says what they are.</summary>
    public static Option<int> Option(string name, string description, int fallback, int least, int most = 1_000_000)
    {
        Option<int> option = new(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is int value && (value < least || value > most))
                result.AddError($"{name} must be from {least} to {most}.");
        });
        return option;
    }
}
