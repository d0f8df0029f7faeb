using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>
/// Documents sampled through the masks of random schemas: each one parses and is valid, whatever the budget, by a validator of these tests
/// and by one of another project. With <c>GODWIT_SCHEMA_DOCUMENTS</c> set to a file's path the schemas and documents are written there, for
/// yet another.
/// </summary>
public sealed class GeneratedDocumentsTests
{
    private const int Schemas = 300;

    private static readonly string[] Subset =
    [
        "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf", "pattern", "format", "minLength", "maxLength", "const", "enum",
        "anyOf", "oneOf", "allOf", "not", "if", "then", "dependentRequired", "$ref", "prefixItems", "items", "minItems", "maxItems", "properties",
        "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties",
    ];

    [Fact]
    public void Every_document_of_300_schemas_is_valid()
    {
        List<TokenTrie> tries = [Vocabularies.Bundled("stories260k"), Vocabularies.Bytes];
        if (Vocabularies.Shared("llama2", "</s>") is { } real)
        {
            tries.Add(real);
        }

        ConstraintCompiler[] compilers = [.. tries.Select(t => new ConstraintCompiler(t))];
        using StreamWriter? log = Environment.GetEnvironmentVariable("GODWIT_SCHEMA_DOCUMENTS") is { } path ? new StreamWriter(path) : null;
        var keywords = new Dictionary<string, int>();
        int compiled = 0;
        int refused = 0;
        int checkedDocuments = 0;
        int miscounted = 0;
        for (int seed = 0; compiled < Schemas; seed++)
        {
            var random = new RandomSchema(seed);
            JsonObject schema = random.Next();
            CompiledConstraint[] constraints;
            try
            {
                constraints = [.. compilers.Select(c => c.Compile(Constraint.JsonSchema(schema.ToJsonString())))];
            }
            catch (ConstraintException)
            {
                // Nothing valid exists, or branches of a oneOf overlap in a way that cannot be said.
                Assert.True(++refused < Schemas, "too many schemas are refused");
                continue;
            }

            compiled++;
            foreach (string keyword in random.Keywords)
            {
                keywords[keyword] = keywords.GetValueOrDefault(keyword) + 1;
            }

            using JsonDocument parsed = JsonDocument.Parse(schema.ToJsonString());
            var independent = new IndependentValidator(schema.ToJsonString());
            var documents = new JsonArray();
            for (int v = 0; v < constraints.Length; v++)
            {
                foreach (int extra in v < 2 ? [0, 1, 3, 40, 150] : (int[])[2, 80])
                {
                    string text = RandomOutput.Sample(constraints[v], tries[v], constraints[v].MinTokens + extra, seed + extra);
                    bool agreed = Check(parsed.RootElement, independent, text, $"seed {seed}, vocabulary {v}, {extra} tokens to spare");
                    Assert.True(agreed || IsMiscounted(text), $"seed {seed}, vocabulary {v}: JsonSchema.Net refuses {text} by {schema}");
                    miscounted += agreed ? 0 : 1;
                    checkedDocuments++;
                    documents.Add(text);
                }
            }

            log?.WriteLine(new JsonObject { ["schema"] = schema, ["documents"] = documents }.ToJsonString());
        }

        Assert.True(checkedDocuments >= 10 * Schemas, $"{checkedDocuments} documents");
        Assert.True(miscounted <= checkedDocuments / 100, $"{miscounted} of {checkedDocuments} documents are not valid by JsonSchema.Net");
        Assert.All(Subset, k => Assert.True(keywords.GetValueOrDefault(k) >= 5, $"'{k}' is in {keywords.GetValueOrDefault(k)} schemas only"));
    }

    // JsonSchema.Net counts what looks like one character, and its patterns halves of pairs; JSON Schema counts code points.
    private static bool IsMiscounted(string text)
    {
        string value = Regex.Replace(text, @"\\u([0-9a-fA-F]{4})", m => ((char)Convert.ToInt32(m.Groups[1].Value, 16)).ToString());
        return new StringInfo(value).LengthInTextElements < value.Length;
    }

    private static bool Check(JsonElement schema, IndependentValidator independent, string text, string what)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"{what}: {text} does not parse: {e.Message}");
        }

        using (document)
        {
            Assert.True(new ReferenceValidator(schema).IsValid(document.RootElement), $"{what}: {text} is not valid by {schema}");
            return independent.IsValid(document.RootElement);
        }
    }
}
