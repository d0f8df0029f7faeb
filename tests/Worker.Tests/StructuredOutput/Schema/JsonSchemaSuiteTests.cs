using System.Text;
using System.Text.Json;
using Godwit.Worker.StructuredOutput;

namespace Godwit.Worker.Tests.StructuredOutput.Schema;

/// <summary>The public JSON Schema test suite (draft 2020-12), where it is.</summary>
public sealed class JsonSchemaSuiteTests
{
    [Fact]
    public void Every_supported_group_agrees()
    {
        var log = new StringBuilder();
        int good = 0;
        foreach (string file in Directory.GetFiles("/work/shared/json-schema-test-suite", "*.json", SearchOption.AllDirectories).Order())
        {
            using var doc = JsonDocument.Parse(File.ReadAllText(file));
            foreach (JsonElement group in doc.RootElement.EnumerateArray())
            {
                string name = Path.GetFileName(Path.GetDirectoryName(file)) + "/" + Path.GetFileName(file) + ": " + group.GetProperty("description").GetString();
                CompiledConstraint c;
                try
                {
                    c = Vocabularies.Bytes.Compile(Constraint.JsonSchema(group.GetProperty("schema").GetRawText()));
                }
                catch (ConstraintException e)
                {
                    log.AppendLine("REFUSED " + name + " -- " + e.Message);
                    continue;
                }
                catch (Exception e)
                {
                    log.AppendLine("CRASH " + name + " -- " + e);
                    continue;
                }

                foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
                {
                    bool valid = test.GetProperty("valid").GetBoolean();
                    foreach (string text in new[] { SuiteCases.Compact(test.GetProperty("data")), SuiteCases.Spaced(test.GetProperty("data")) })
                    {
                        ConstraintState s = c.Start();
                        bool ok = s.TryRead(Encoding.UTF8.GetBytes(text)) && s.IsAccepting;
                        good++;
                        if (ok != valid)
                        {
                            log.AppendLine($"WRONG {name} / {test.GetProperty("description")} valid={valid} {(text.Length > 60 ? text[..60] : text).Replace('\n', ' ')}");
                        }
                    }
                }
            }
        }

        File.WriteAllText("/tmp/h4x/suite.txt", log + $"\n{good} checked");
    }
}
