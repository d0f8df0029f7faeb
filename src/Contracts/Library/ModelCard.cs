using System.Text.Json.Serialization;

namespace Godwit.Contracts.Library;

/// <summary>What is known about one model of the library, beside its weights.</summary>
/// <param name="Id">The name clients ask for.</param>
/// <param name="Folder">Its folder in Hugging Face layout, relative to the library's file.</param>
/// <param name="Domain">What it is good at, in a word or two.</param>
/// <param name="Parameters">Number of its weights.</param>
/// <param name="ContextLength">Longest prompt and answer together, in tokens.</param>
/// <param name="License">SPDX identifier of its licence.</param>
/// <param name="Date">When it was published.</param>
/// <param name="Source">Where it comes from, as a URL.</param>
public sealed record ModelCard(
    string Id, string Folder, string Domain, long Parameters, int ContextLength, string License, DateOnly Date, string Source)
{
    /// <summary>What it can do beyond completing text (<c>chat</c>, <c>tools</c>, <c>structured</c>, …); null: nobody has said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Security class: 0 runs on this machine, 1 with a third party under contract, 2 with any third party.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Security { get; init; }

    /// <summary>Where the text stays, as an ISO 3166 country code or a name of the operator's; null: where this machine is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Residency { get; init; }

    /// <summary>Price of a million tokens, in whatever currency all cards share; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Price { get; init; }

    /// <summary>Mean number of tokens of its answers; null: not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Verbosity { get; init; }

    /// <summary>School grade that its answers read like; null: not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Readability { get; init; }

    /// <summary>Loss on held-out text by domain, in nats per UTF-8 byte; null: not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Losses { get; init; }
}
