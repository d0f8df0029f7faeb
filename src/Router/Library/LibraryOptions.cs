using System.ComponentModel.DataAnnotations;

namespace Godwit.Router.Library;

/// <summary>Where the experts are described.</summary>
internal sealed class LibraryOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Router:Library";

    /// <summary>Folder with the model cards, <c>library.json</c>, and the router file; null: neither is known.</summary>
    public string? Folder { get; set; }

    /// <summary>Milliseconds between two looks whether the cards have changed; 50 to 600000.</summary>
    [Range(50, 600_000)]
    public int ReloadMs { get; set; } = 2000;
}
