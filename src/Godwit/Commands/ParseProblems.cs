using System.CommandLine;
using System.Text.RegularExpressions;
using Godwit.CommandLine.Configuration;

namespace Godwit.CommandLine.Commands;

/// <summary>What is wrong with a command line, with the nearest name where one was mistyped.</summary>
internal static partial class ParseProblems
{
    /// <summary>One line per problem; the last says where help is.</summary>
    public static IReadOnlyList<string> Describe(ParseResult result)
    {
        Command command = result.CommandResult.Command;
        string[] names =
        [
            .. command.Options.Where(option => !option.Hidden).Select(option => option.Name),
            .. command.Subcommands.Select(subcommand => subcommand.Name),
        ];
        IEnumerable<string> mistyped = result.UnmatchedTokens.Select(token => EditDistance.Nearest(token, names) is { } nearest
            ? $"There is no '{token}' in '{command.Name}'; the nearest is {nearest}."
            : $"There is no '{token}' in '{command.Name}'.");
        IEnumerable<string> others = result.Errors
            .Where(error => !result.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)))
            .Select(error => TypeName().Replace(error.Message, "."));
        return [.. mistyped.Take(1), .. others.Distinct(), "Try --help."];
    }

    // The library names the .NET type that it wanted, which says nothing to whoever typed the value.
    [GeneratedRegex(@" as expected type '[^']*'\.")]
    private static partial Regex TypeName();
}
