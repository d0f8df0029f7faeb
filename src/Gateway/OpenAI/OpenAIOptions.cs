using System.ComponentModel.DataAnnotations;

namespace Godwit.Gateway.OpenAI;

/// <summary>Limits of the public API.</summary>
internal sealed class OpenAIOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Gateway:OpenAI";

    /// <summary>Most bytes of a request's body; 1 KiB to 256 MiB.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 8 * 1024 * 1024;
}
