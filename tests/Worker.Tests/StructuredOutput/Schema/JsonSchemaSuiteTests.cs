using System.Text;
using System.Text.Json;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>
/// The public JSON Schema test suite (draft 2020-12), where it is: every instance, compact and spaced, is accepted or refused as the suite
/// says. The schemas that are refused are listed in <c>SuiteExclusions.txt</c>, what is decided otherwise below: with reasons, and nothing
/// that need not be there.
/// </summary>
public sealed class JsonSchemaSuiteTests
{
    // A test whose instance is refused although the suite allows it; never the other way round.
    private static readonly (string Test, string Reason)[] DecidedOtherwise =
    [
        ("is only an annotation by default", "formats are enforced"),
        ("vocabulary.json: schema that uses custom metaschema with with no validation vocabulary", "all vocabularies are enforced"),
        ("valid leap second, positive time-offset", "no leap seconds but in UTC"),
        ("valid leap second, large positive time-offset", "no leap seconds but in UTC"),
        ("valid leap second, negative time-offset", "no leap seconds but in UTC"),
        ("valid leap second, large negative time-offset", "no leap seconds but in UTC"),
        ("a valid date-time with a leap second, with minus offset", "no leap seconds but in UTC"),
        ("hostname.json: validation of A-label (punycode) host names", "names that announce an encoding are never written"),
    ];

    [Fact]
    public void Every_group_agrees_or_is_excluded_by_name()
    {
        if (!Directory.Exists(SuiteCases.Folder))
        {
            return;
        }

        var wrong = new List<string>();
        Dictionary<string, string> excluded = SuiteCases.Exclusions();
        var needed = new HashSet<string>();
        int agreed = 0;
        foreach (string file in Directory.GetFiles(SuiteCases.Folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            foreach (JsonElement group in document.RootElement.EnumerateArray())
            {
                string name = $"{Path.GetFileName(file)}: {group.GetProperty("description").GetString()}";
                agreed += Check(name, group, excluded.GetValueOrDefault(name), needed, wrong);
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong, {agreed} agreed:\n{string.Join('\n', wrong.Take(20))}");
        Assert.Empty(excluded.Keys.Concat(DecidedOtherwise.Select(d => d.Test)).Except(needed));
        Assert.True(agreed > 2_500, $"{agreed} agreed");
    }

    private static int Check(string name, JsonElement group, string? excluded, HashSet<string> needed, List<string> wrong)
    {
        string schema = group.GetProperty("schema").GetRawText();
        CompiledConstraint? compiled = null;
        try
        {
            compiled = Vocabularies.Bytes.Compile(Constraint.JsonSchema(schema));
        }
        catch (ConstraintException e) when (e.Message == "The schema allows no value at all.")
        {
            // Agrees if the suite has no valid instance either.
        }
        catch (ConstraintException e)
        {
            needed.Add(name);
            if (excluded is null || !e.Message.Contains(excluded, StringComparison.Ordinal))
            {
                wrong.Add($"{name}: refused: {e.Message}");
            }

            return 0;
        }

        int agreed = 0;
        foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
        {
            string description = $"{name} / {test.GetProperty("description").GetString()}";
            foreach (string text in new[] { SuiteCases.Compact(test.GetProperty("data")), SuiteCases.Spaced(test.GetProperty("data")) })
            {
                ConstraintState? state = compiled?.Start();
                bool accepted = state is not null && state.TryRead(Encoding.UTF8.GetBytes(text)) && state.IsAccepting;
                if (accepted == test.GetProperty("valid").GetBoolean())
                {
                    agreed++;
                }
                else if (!accepted && DecidedOtherwise.FirstOrDefault(d => description.Contains(d.Test, StringComparison.Ordinal)).Test is { } otherwise)
                {
                    needed.Add(otherwise);
                }
                else
                {
                    wrong.Add($"{description}: {(accepted ? "accepted" : "refused")} {text}");
                }
            }
        }

        return agreed;
    }
}
