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
    string Id, string Folder, string Domain, long Parameters, int ContextLength, string License, DateOnly Date, string Source);
