using System.Text;
using System.Text.Json;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>
/// The public JSON Schema test suite (draft 2020-12), where it is: every instance, compact and spaced, is accepted or refused as the suite
/// says. What is refused as a schema, or decided otherwise, stands below with its reason.
/// </summary>
public sealed class JsonSchemaSuiteTests
{
    // A group that may be refused, if the message has the given text in it.
    private static readonly (string Group, string Message, string Reason)[] RefusedGroups =
    [
        ("contains.json", "'contains'", "keyword not supported"),
        ("minContains.json", "Contains'", "keyword not supported"),
        ("maxContains.json", "Contains'", "keyword not supported"),
        ("contains.json", "Contains'", "keyword not supported"),
        ("minContains.json", "'contains'", "keyword not supported"),
        ("maxContains.json", "'contains'", "keyword not supported"),
        ("uniqueItems.json", "'uniqueItems'", "keyword not supported"),
        ("unevaluatedItems.json", "'unevaluatedItems'", "keyword not supported"),
        ("unevaluatedItems.json", "'contains'", "keyword not supported"),
        ("unevaluatedProperties.json", "'unevaluatedProperties'", "keyword not supported"),
        ("unevaluatedProperties.json: unevaluatedProperties with $dynamicRef", "leads out of the schema", "documents within a document"),
        ("unevaluatedItems.json: unevaluatedItems with $dynamicRef", "leads out of the schema", "documents within a document"),
        ("unevaluatedProperties.json", "'contains'", "keyword not supported"),
        ("not.json: collect annotations inside a 'not'", "'unevaluatedProperties'", "keyword not supported"),
        ("ref.json: ref creates new scope when adjacent to keywords", "'unevaluatedProperties'", "keyword not supported"),
        ("dynamicRef.json", "'$dynamicRef'", "keyword not supported"),
        ("dynamicRef.json: strict-tree schema", "'unevaluatedProperties'", "keyword not supported"),
        ("dynamicRef.json: A $ref to a $dynamicAnchor", "leads to nothing within the schema", "keyword not supported"),
        ("dynamicRef.json", "leads out of the schema", "reference to another document"),
        ("dynamicRef.json", "'$id' is not supported within a schema", "documents within a document"),
        ("refRemote.json", "leads out of the schema", "reference to another document"),
        ("refRemote.json", "'$id' is not supported within a schema", "documents within a document"),
        ("ref.json", "leads out of the schema", "reference to another document"),
        ("ref.json", "'$id' is not supported within a schema", "documents within a document"),
        ("ref.json", "leads to nothing within the schema", "documents within a document"),
        ("anchor.json", "leads out of the schema", "documents within a document"),
        ("defs.json", "leads out of the schema", "reference to another document"),
        ("vocabulary.json", "'$vocabulary'", "keyword not supported"),
        ("multipleOf.json: float division = inf", "'multipleOf' is supported up to", "a step of 9 digits"),
        ("format.json", "'format': ", "format not supported"),
        ("idn-email.json", "'format': ", "format not supported"),
        ("idn-hostname.json", "'format': ", "format not supported"),
        ("iri.json", "'format': ", "format not supported"),
        ("iri-reference.json", "'format': ", "format not supported"),
        ("uri-template.json", "'format': ", "format not supported"),
        ("regex.json", "'format': ", "format not supported"),
        ("ecmascript-regex.json", "'format': ", "format not supported"),
    ];

    // A test that is decided otherwise.
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
        int agreed = 0;
        foreach (string file in Directory.GetFiles(SuiteCases.Folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            foreach (JsonElement group in document.RootElement.EnumerateArray())
            {
                agreed += Check($"{Path.GetFileName(file)}: {group.GetProperty("description").GetString()}", group, wrong);
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong, {agreed} agreed:\n{string.Join('\n', wrong.Take(20))}");
        Assert.True(agreed > 2_500, $"{agreed} agreed");
    }

    private static int Check(string name, JsonElement group, List<string> wrong)
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
            if (!RefusedGroups.Any(r => name.StartsWith(r.Group, StringComparison.Ordinal) && e.Message.Contains(r.Message, StringComparison.Ordinal)))
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
                else if (!DecidedOtherwise.Any(d => description.Contains(d.Test, StringComparison.Ordinal)))
                {
                    wrong.Add($"{description}: {(accepted ? "accepted" : "refused")} {text}");
                }
            }
        }

        return agreed;
    }
}
