using System.Text.Json;
using System.Text.RegularExpressions;

namespace Godwit.Training.Experts.Corpora;

/// <summary>
/// Questions about tables and the queries that answer them. The queries of both corpora name everything twice
/// (<c>TABLE AS TABLEalias0</c>); written as people write them they are shorter.
/// </summary>
internal static partial class SqlFiles
{
    /// <summary>WikiSQL and the advising questions.</summary>
    public static IEnumerable<RawDocument> Read(string folder) => WikiSql(folder).Concat(Advising(folder));

    private static IEnumerable<RawDocument> WikiSql(string folder) => JsonFiles.Lines(folder, "wikisql_sample12k.jsonl")
        .Select(item => RawDocument.Of(item.Text("table"), item.Text("question"), Plain(item.Text("sql"))));

    private static IEnumerable<RawDocument> Advising(string folder) => JsonFiles.Items(folder, "advising.json").SelectMany(item =>
    {
        string query = item.GetProperty("sql")[0].GetString()!;
        return item.GetProperty("sentences").EnumerateArray().Select(sentence =>
        {
            string question = sentence.Text("text"), sql = query;
            foreach (JsonProperty variable in sentence.GetProperty("variables").EnumerateObject())
            {
                question = question.Replace(variable.Name, variable.Value.GetString(), StringComparison.Ordinal);
                sql = sql.Replace(variable.Name, variable.Value.GetString(), StringComparison.Ordinal);
            }

            return RawDocument.Of(query, question, Plain(sql));
        }).ToArray();
    });

    private static string Plain(string sql) =>
        Alias().Replace(Naming().Replace(sql, "$1"), "").Replace("_FIELD", "", StringComparison.Ordinal).Replace(" ;", ";", StringComparison.Ordinal);

    [GeneratedRegex(@"(\w+) AS \1alias0\b")]
    private static partial Regex Naming();

    [GeneratedRegex(@"alias0\b|\bTABLEalias0\.")]
    private static partial Regex Alias();
}
