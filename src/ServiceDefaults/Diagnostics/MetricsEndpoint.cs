using System.Text;
using Godwit.Contracts.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;

namespace Godwit.ServiceDefaults.Diagnostics;

/// <summary>
/// The host's metrics in Prometheus' text format. Families that vLLM has too are there twice, the second time under its name:
/// prometheus-net allows no colon in a name, so that it is written here.
/// </summary>
internal static class MetricsEndpoint
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Maps the metrics at <paramref name="path"/>.</summary>
    public static void MapHostMetrics(this WebApplication app, string path)
    {
        CollectorRegistry registry = app.Services.GetRequiredService<CollectorRegistry>();
        app.MapGet(path, async (HttpContext context) =>
        {
            using var own = new MemoryStream();
            await registry.CollectAndExportAsTextAsync(own, context.RequestAborted);
            string text = Encoding.UTF8.GetString(own.GetBuffer(), 0, (int)own.Length);
            context.Response.ContentType = ContentType;
            await context.Response.WriteAsync(text + AliasesOf(text), context.RequestAborted);
        });
    }

    // A family is the lines "# HELP name …", "# TYPE name …" and its samples, whose names begin with the family's.
    private static string AliasesOf(string text)
    {
        var aliases = new StringBuilder();
        string name = "";
        string? alias = null;
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                string[] words = line.Split(' ', 4);
                name = words[2];
                alias = VllmMetricNames.ByName.GetValueOrDefault(name);
                if (alias is not null)
                {
                    aliases.Append($"# {words[1]} {alias} {words[3]}\n");
                }
            }
            else if (alias is not null)
            {
                aliases.Append(alias).Append(line, name.Length, line.Length - name.Length).Append('\n');
            }
        }

        return aliases.ToString();
    }
}
