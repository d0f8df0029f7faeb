using System.ComponentModel.DataAnnotations;

namespace Godwit.Gateway.Selection;

/// <summary>How the Gateway has a model chosen for requests that name none (<c>auto</c>).</summary>
internal sealed class SelectionOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Gateway:Selection";

    /// <summary>Base address of the Router, for example <c>http://127.0.0.1:8081</c>; null: none, and the generalist answers.</summary>
    [RegularExpression("^https?://[^/ ]+/?$", ErrorMessage = "Gateway:Selection:Router must be an address such as http://127.0.0.1:8081.")]
    public string? Router { get; set; }

    /// <summary>
    /// Milliseconds that a request waits for the Router before the generalist gets it; 1 to 60000. It takes less than one as a rule: the
    /// rest is for machines that are busy otherwise, where the wrong model would cost more than the wait.
    /// </summary>
    [Range(1, 60_000)]
    public int DeadlineMs { get; set; } = 250;

    /// <summary>Milliseconds between two looks at the Router; 50 to 60000.</summary>
    [Range(50, 60_000)]
    public int ProbeMs { get; set; } = 500;

    /// <summary>The model that is asked when the Router is not, if it lives.</summary>
    [Required]
    public string Generalist { get; set; } = "general";

    /// <summary>Other models to try when the chosen one has no capacity; 0 to 16.</summary>
    [Range(0, 16)]
    public int MaxFallbacks { get; set; } = 3;

    /// <summary>Conversations of which it is remembered who answered; 0 to 1000000.</summary>
    [Range(0, 1_000_000)]
    public int MaxConversations { get; set; } = 10_000;

    /// <summary>Minutes after an answer that its conversation is remembered; 1 to 10080.</summary>
    [Range(1, 10_080)]
    public int ConversationMinutes { get; set; } = 60;
}
