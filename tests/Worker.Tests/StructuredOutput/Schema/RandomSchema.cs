using System.Globalization;
using System.Text.Json.Nodes;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>Random schemas over the whole supported subset; the same seed gives the same schema.</summary>
internal sealed class RandomSchema(int seed)
{
    private static readonly string[] Names = ["a", "id", "name", "née", "x y", "tag_1", "q\"uote", "日本", "values", "b"];
    private static readonly string[] Patterns = ["^[a-z]{2,5}$", "^(foo|ba[rz])+$", "[0-9]$", "^\\d{3}-\\d{4}$", "^[^\"\\\\]{0,6}$", "é|ü", "^\\w+ \\w+$"];
    private static readonly string[] Formats =
        ["date", "time", "date-time", "uuid", "ipv4", "ipv6", "hostname", "email", "uri", "json-pointer", "duration"];

    private readonly Random _random = new(seed);
    private int _definitions;

    /// <summary>Keywords that have been written.</summary>
    public HashSet<string> Keywords { get; } = [];

    public JsonObject Next()
    {
        _definitions = _random.Next(3);
        JsonObject root = Schema(3);
        if (_definitions > 0)
        {
            var definitions = new JsonObject();
            for (int i = 0; i < _definitions; i++)
            {
                definitions[$"d{i}"] = Schema(2);
            }

            root["$defs"] = definitions;
        }

        return root;
    }

    private JsonObject Schema(int depth) => _random.Next(depth <= 0 ? 6 : 14) switch
    {
        0 => Number("integer"),
        1 => Number("number"),
        2 or 3 => Text(),
        4 => Constant(),
        5 => new JsonObject { ["type"] = new JsonArray([.. Pick(["null", "boolean", "string", "integer"], 2)]) },
        6 => Combined("anyOf", depth),
        7 => Combined("oneOf", depth),
        8 => AllOf(depth),
        9 when _definitions > 0 => Set(new JsonObject(), "$ref", $"#/$defs/d{_random.Next(_definitions)}"),
        9 or 10 => Array(depth),
        _ => Object(depth),
    };

    private JsonObject Number(string type)
    {
        var schema = new JsonObject { ["type"] = type };
        decimal low = type == "integer" ? _random.Next(-300, 300) : _random.Next(-30000, 30000) / 100m;
        decimal width = type == "integer" ? _random.Next(2, 500) : _random.Next(50, 50000) / 100m;
        if (Chance())
        {
            Set(schema, Chance() ? "minimum" : "exclusiveMinimum", low);
        }

        if (Chance())
        {
            Set(schema, Chance() ? "maximum" : "exclusiveMaximum", low + width);
        }

        return _random.Next(4) == 0 ? Set(schema, "multipleOf", type == "integer" ? _random.Next(1, 9) : 0.25m) : schema;
    }

    private JsonObject Text()
    {
        var schema = new JsonObject { ["type"] = "string" };
        switch (_random.Next(5))
        {
            case 0:
                return Set(schema, "pattern", Patterns[_random.Next(Patterns.Length)]);
            case 1:
                return Set(schema, "format", Formats[_random.Next(Formats.Length)]);
            case 2:
                Set(schema, "pattern", "^[a-f0-9é]*$");
                Set(schema, "maxLength", _random.Next(4, 9));
                return Set(schema, "minLength", _random.Next(4));
            case 3:
                int min = _random.Next(5);
                Set(schema, "minLength", min);
                return Set(schema, "maxLength", min + _random.Next(8));
            default:
                return schema;
        }
    }

    private JsonObject Constant()
    {
        JsonNode?[] values = ["red", "grün", "tab\there", 3, -2.5m, null, true, new JsonArray(1, "x"), new JsonObject { ["k"] = 0 }, "red-dish"];
        return Chance()
            ? Set(new JsonObject(), "const", values[_random.Next(values.Length)]?.DeepClone())
            : Set(new JsonObject(), "enum", new JsonArray([.. values.OrderBy(_ => _random.Next()).Take(_random.Next(1, 6)).Select(v => v?.DeepClone())]));
    }

    private JsonObject Combined(string keyword, int depth)
    {
        Keywords.Add(keyword);
        if (keyword == "oneOf" && Chance())
        {
            // A discriminated union, as people write them.
            return new JsonObject
            {
                [keyword] = new JsonArray(Enumerable.Range(0, _random.Next(2, 4)).Select(i => Tagged($"kind{i}", depth)).ToArray<JsonNode>()),
            };
        }

        return new JsonObject
        {
            [keyword] = new JsonArray(Enumerable.Range(0, _random.Next(2, 4)).Select(_ => Schema(depth - 1)).ToArray<JsonNode>()),
        };
    }

    private JsonObject Tagged(string tag, int depth)
    {
        JsonObject schema = Object(depth - 1);
        schema["properties"]!["kind"] = new JsonObject { ["const"] = tag };
        (schema["required"] as JsonArray ?? (JsonArray)(schema["required"] = new JsonArray())!).Add("kind");
        schema.Remove("propertyNames");
        schema.Remove("maxProperties");
        return schema;
    }

    private JsonObject AllOf(int depth)
    {
        JsonObject schema = Object(depth - 1);
        JsonNode other = _random.Next(3) switch
        {
            0 => Set(new JsonObject(), "dependentRequired", new JsonObject { ["a"] = new JsonArray("b") }),
            1 => Set(new JsonObject(), "not", new JsonObject { ["required"] = new JsonArray("x y") }),
            _ => Set(
                Set(new JsonObject(), "if", new JsonObject { ["properties"] = new JsonObject { ["a"] = new JsonObject { ["type"] = "string" } } }),
                "then",
                new JsonObject { ["required"] = new JsonArray("a") }),
        };
        return Set(schema, "allOf", new JsonArray(other));
    }

    private JsonObject Array(int depth)
    {
        var schema = new JsonObject { ["type"] = "array" };
        int prefix = Chance() ? 0 : _random.Next(1, 4);
        if (prefix > 0)
        {
            Set(schema, "prefixItems", new JsonArray(Enumerable.Range(0, prefix).Select(_ => Schema(depth - 1)).ToArray<JsonNode>()));
        }

        Set(schema, "items", prefix > 0 && Chance() ? JsonValue.Create(false) : Schema(depth - 1));
        int min = _random.Next(3);
        if (Chance())
        {
            Set(schema, "minItems", Math.Min(min, schema["items"] is JsonObject ? 9 : prefix));
        }

        return Chance() ? Set(schema, "maxItems", min + _random.Next(1, 4)) : schema;
    }

    private JsonObject Object(int depth)
    {
        var schema = new JsonObject { ["type"] = "object" };
        var properties = new JsonObject();
        string[] names = [.. Names.OrderBy(_ => _random.Next()).Take(_random.Next(1, 5))];
        foreach (string name in names)
        {
            properties[name] = Schema(depth - 1);
        }

        Set(schema, "properties", properties);
        string[] required = [.. names.Where(_ => Chance())];
        if (required.Length > 0)
        {
            Set(schema, "required", new JsonArray([.. required]));
        }

        if (Chance())
        {
            Set(schema, "additionalProperties", Chance() ? JsonValue.Create(false) : Schema(0));
        }

        switch (_random.Next(8))
        {
            case 0:
                Set(schema, "patternProperties", new JsonObject { ["^n"] = new JsonObject { ["type"] = new JsonArray("string", "null") } });
                break;
            case 1:
                Set(schema, "maxProperties", names.Length + 1);
                break;
            case 2:
                Set(schema, "minProperties", 2);
                break;
            case 3 when required.Length == 0:
                Set(schema, "propertyNames", new JsonObject { ["maxLength"] = 4 });
                break;
        }

        return schema;
    }

    private bool Chance() => _random.Next(2) == 0;

    private IEnumerable<JsonNode?> Pick(string[] from, int count) => from.OrderBy(_ => _random.Next()).Take(count).Select(t => (JsonNode?)t);

    private JsonObject Set(JsonObject schema, string keyword, object? value)
    {
        Keywords.Add(keyword);
        schema[keyword] = value switch
        {
            null => null,
            JsonNode node => node,
            decimal number => JsonNode.Parse(number.ToString(CultureInfo.InvariantCulture)),
            int number => number,
            bool flag => flag,
            _ => (string)value,
        };
        return schema;
    }
}
