using System.Text.Json.Nodes;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.StructuredOutput;

/// <summary>Constraints that ask for too much, or that nobody meant: each is refused by name, with bounded work, or compiled.</summary>
public sealed class HostileConstraintTests
{
    /// <summary>Schemas, and what is said of them; null for those that are compiled.</summary>
    public static TheoryData<string, string, string?> Schemas => new()
    {
        { "regex with two quantifiers", Pattern("^+[a-z]"), "cannot be repeated" },
        { "regex not closed", Pattern("("), "a '(' has no ')'" },
        { "lookahead", Pattern("(?=a)b"), "lookahead and lookbehind are not supported" },
        { "lookbehind", Pattern("(?<!a)b"), "lookahead and lookbehind are not supported" },
        { "backreference", Pattern(@"(a)\1"), "backreferences are not supported" },
        { "word boundary", Pattern(@"\bfoo"), "word boundaries" },
        { "a million repeated", Pattern("(a{1000}){1000}"), "too complex" },
        { "nested quantifiers", Pattern("^(a+)+b$"), null },
        { "exponential determinisation", Pattern("(a|b)*a(a|b){25}c"), "too complex" },
        { "100 deep", Nested(100), "not valid JSON" },
        { "50 deep", Nested(25), null },
        { "100k enum", Many("enum", 100_000, i => $"\"v{i}\""), "is the most allowed" },
        { "20k enum", Many("enum", 20_000, i => $"\"v{i}\""), null },
        { "10k enum of objects", Many("enum", 10_000, i => $"{{\"a\":{i}}}"), "too complex" },
        { "anyOf of 10k", Many("anyOf", 10_000, i => $"{{\"const\":{i}}}"), "too complex" },
        { "anyOf of 5k objects", Many("anyOf", 5_000, i => $"{{\"required\":[\"{i}\"]}}"), "too complex" },
        { "$ref to itself", """{"$ref":"#"}""", "'$ref'" },
        { "$ref in a circle", """{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}""", "'$ref'" },
        { "remote $ref", """{"$ref":"https://example.com/s.json"}""", "leads out of the schema" },
        { "file $ref", """{"$ref":"file:///etc/passwd"}""", "leads out of the schema" },
        { "minItems of a milliard", """{"type":"array","minItems":1000000000}""", "too long" },
        { "minLength of a milliard", """{"type":"string","minLength":1000000000}""", null },
        { "pattern and minLength of a milliard", """{"type":"string","minLength":1000000000,"pattern":"^a*$"}""", "too complex" },
        { "minProperties of a milliard", """{"type":"object","minProperties":1000000000}""", "'minProperties'" },
        { "multipleOf of 1e-300", """{"multipleOf":1e-300}""", "'multipleOf'" },
        { "number of a million digits", """{"minimum":1e999999}""", "digits" },
        { "a megabyte", "{\"description\":\"" + new string('x', 1 << 20) + "\"}", "is the most allowed" },
        { "only endless values", """{"type":"array","items":{"$ref":"#"},"minItems":1}""", "allows no value" },
        { "only endless strings", Pattern("^(?:a[^\\s\\S])*a[^\\s\\S]$"), "allows no value" },
        { "half a pair in an enum of objects", """{"enum":[{"\ud800":1}]}""", "surrogate" },
        { "half a pair that is no escape", "{\"const\":\"\ud800\"}", null },
        { "long name of many", "{\"$defs\":{\"" + Long + "\":" + Many("anyOf", 50_000, _ => "1") + "}}", "too complex" },
        { "error at a long name", "{\"properties\":{\"" + new string('n', 2_000) + "\":{\"type\":1}}}", "The schema at '#/properties/nnn" },
        { "duplicate long name", "{\"" + Long + "\":1,\"" + Long + "\":1}", "not valid JSON" },
        { "a string", "\"x\"", "a schema must be an object or a boolean" },
        { "nothing", "", "not valid JSON" },
        { "duplicate keyword", """{"type":"string","type":"number"}""", "not valid JSON" },
        { "half a pair in a name", """{"properties":{"\ud800":{}}}""", "surrogate" },
        { "half a pair in a const", """{"const":"\ud800"}""", "surrogate" },
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public async Task Hostile_schemas_are_refused_by_name(string what, string schema, string? message)
    {
        var compiler = new ConstraintCompiler(Vocabularies.Bytes);

        Exception? error = await Record.ExceptionAsync(() => compiler.CompileAsync(Constraint.JsonSchema(schema)));

        Assert.True(message is null ? error is null : error is ConstraintException, $"{what}: {error}");
        if (message is not null)
        {
            Assert.Contains(message, error!.Message, StringComparison.Ordinal);
            Assert.True(error.Message.Length < 500, error.Message);
            Assert.DoesNotContain("System.", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("uniqueItems", "true")]
    [InlineData("contains", "{}")]
    [InlineData("minContains", "1")]
    [InlineData("maxContains", "1")]
    [InlineData("unevaluatedItems", "false")]
    [InlineData("unevaluatedProperties", "false")]
    [InlineData("dependencies", "{}")]
    [InlineData("additionalItems", "false")]
    [InlineData("$dynamicRef", "\"#\"")]
    [InlineData("$recursiveRef", "\"#\"")]
    [InlineData("$vocabulary", "{}")]
    public void Keywords_that_are_not_enforced_are_refused_by_name(string keyword, string value)
    {
        ConstraintException error = Assert.Throws<ConstraintException>(
            () => Vocabularies.Bytes.Compile(Constraint.JsonSchema($"{{\"properties\":{{\"a\":{{\"{keyword}\":{value}}}}}}}")));

        Assert.Contains($"'{keyword}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("#/properties/a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_but_its_own_exception_comes_of_any_json()
    {
        var random = new Random(7);
        List<JsonNode?> seeds = [.. Schema.SuiteCases.Schemas().Take(1500)];
        int compiled = 0;
        int refused = 0;
        for (int i = 0; i < 4_000; i++)
        {
            JsonNode? node = seeds.Count == 0 || i % 4 == 0 ? Junk(random, 4) : seeds[random.Next(seeds.Count)]?.DeepClone();
            for (int edits = random.Next(4); edits > 0; edits--)
            {
                node = Mutate(node, random);
            }

            string text = node?.ToJsonString() ?? "null";
            text = i % 9 == 0 && text.Length > 0 ? text[..random.Next(text.Length)] : text;
            Exception? error = Record.Exception(() => Vocabularies.Bytes.Compile(Constraint.JsonSchema(text)));
            Assert.True(error is null or ConstraintException, $"{text}: {error}");
            compiled += error is null ? 1 : 0;
            refused += error is null ? 0 : 1;
        }

        Assert.True(compiled > 500, $"{compiled} compiled");
        Assert.True(refused > 500, $"{refused} refused");
    }

    [Fact]
    public void Nothing_but_its_own_exception_comes_of_any_regex()
    {
        string[] parts =
        [
            "a", "[", "]", "^", "$", "(", ")", "?", "*", "+", "{2,3}", "{", "}", "|", "\\", "\\d", "\\p{L}", ".", "-", "é", "😀",
            "(?:", "(?=", "\\u{61}", "\\x4", "0", ",", "\ud800",
        ];
        var random = new Random(11);
        int compiled = 0;
        for (int i = 0; i < 5_000; i++)
        {
            string pattern = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]));
            Exception? error = Record.Exception(() => Vocabularies.Bytes.Compile(Constraint.Regex(pattern)));
            Assert.True(error is null or ConstraintException, $"{pattern}: {error}");
            compiled += error is null ? 1 : 0;
        }

        Assert.True(compiled > 200, $"{compiled} compiled");
    }

    private static string Long { get; } = new('n', 100_000);

    private static string Many(string keyword, int count, Func<int, string> item) =>
        $"{{\"{keyword}\":[{string.Join(',', Enumerable.Range(0, count).Select(item))}]}}";

    private static string Pattern(string regex) => new JsonObject { ["type"] = "string", ["pattern"] = regex }.ToJsonString();

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"items\":", depth)) + "true" + new string('}', depth);

    private static readonly string[] Words =
    [
        "type", "properties", "required", "items", "prefixItems", "minItems", "maxItems", "anyOf", "oneOf", "allOf", "not", "if", "then",
        "else", "$ref", "$defs", "enum", "const", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
        "multipleOf", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired",
        "dependentSchemas", "$anchor", "$id", "#", "#/$defs/a", "#/", "string", "object", "integer", "a", "^a*$", "date", "",
    ];

    private static JsonNode? Junk(Random random, int depth)
    {
        int kind = random.Next(depth == 0 ? 5 : 9);
        switch (kind)
        {
            case 0:
                return null;
            case 1:
                return random.Next(2) == 0;
            case 2:
                string[] numbers = ["0", "1", "-1", "2.5", "1e30", "-0.0", "1e-9", "99999999999999999999", "3"];
                return JsonNode.Parse(numbers[random.Next(numbers.Length)]);
            case 3 or 4:
                return Words[random.Next(Words.Length)];
            case 5:
                return new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Junk(random, depth - 1))]);
            default:
                var json = new JsonObject();
                for (int members = random.Next(4); members > 0; members--)
                {
                    json[Words[random.Next(Words.Length)]] = Junk(random, depth - 1);
                }

                return json;
        }
    }

    private static JsonNode? Mutate(JsonNode? node, Random random)
    {
        switch (node)
        {
            case JsonObject json when json.Count > 0 && random.Next(5) > 0:
                string name = json.ElementAt(random.Next(json.Count)).Key;
                JsonNode? child = json[name];
                json.Remove(name);
                if (random.Next(6) > 0)
                {
                    json[random.Next(8) == 0 ? Words[random.Next(Words.Length)] : name] = Mutate(child, random);
                }

                return json;
            case JsonArray array when array.Count > 0 && random.Next(5) > 0:
                int index = random.Next(array.Count);
                JsonNode? item = array[index];
                array.RemoveAt(index);
                array.Insert(index, Mutate(item, random));
                return array;
            default:
                return Junk(random, 2);
        }
    }
}
