using Godwit.Worker.Api.Requests;
using Godwit.Worker.Engine;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.Tokenization;
using Godwit.Worker.ToolCalls;

namespace Godwit.Worker.Api;

/// <summary>
/// The one model that a worker serves, as its API sees it. Everything behind the API (tokenizer, chat template, engine) comes in as a
/// function, so that the API knows neither files nor tensors.
/// </summary>
internal sealed record ServedModel
{
    /// <summary>Its id, which the field <c>model</c> of a request has to name.</summary>
    public required string Id { get; init; }

    /// <summary>Unix seconds, for <c>created</c> of the model object.</summary>
    public required long Created { get; init; }

    /// <summary>Most tokens of prompt and completion together.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Characters of a text that is too long for the context for certain; it need not be tokenized to be refused.</summary>
    public required long HopelessChars { get; init; }

    /// <summary>Token ids are 0 to this, exclusive.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Id of this worker's instance, for <c>x-godwit-instance</c>.</summary>
    public required string Instance { get; init; }

    /// <summary><c>system_fingerprint</c>: equal for all instances that serve the same weights.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>SHA-256 over config and weights, for the model object.</summary>
    public string? WeightsDigest { get; init; }

    /// <summary>Text of the beginning-of-sequence token, or null when the vocabulary has none.</summary>
    public required string? BosToken { get; init; }

    /// <summary>Text to token ids; the flag says whether the tokenizer adds its special tokens.</summary>
    public required Func<string, bool, IReadOnlyList<int>> Encode { get; init; }

    /// <summary>The same of a text of which a client wrote some; no control token is found in that.</summary>
    public required Func<MarkedText, bool, IReadOnlyList<int>> EncodeMarked { get; init; }

    /// <summary>Tokens as text, for answers that name them.</summary>
    public required TokenTexts Tokens { get; init; }

    /// <summary>A conversation to the text of a prompt that the model continues as the assistant; what the client wrote is plain.</summary>
    /// <exception cref="ApiException">The model has no chat template, or one that cannot be rendered, or it refuses the conversation.</exception>
    public required Func<ChatConversation, MarkedText> RenderChat { get; init; }

    /// <summary>How it writes calls of functions.</summary>
    public required ToolCallFormat ToolCalls { get; init; }

    /// <summary>Whether it may think before it answers.</summary>
    public required bool Reasons { get; init; }

    /// <summary>The id of a control token that is left out of texts, by how it is written; null when there is none.</summary>
    public required Func<string, int?> ControlToken { get; init; }

    /// <summary>Makes the automaton of a constraint on the output.</summary>
    /// <exception cref="ConstraintException">It is malformed, unsupported or too complex.</exception>
    public required Func<Constraint, CancellationToken, Task<CompiledConstraint>> Compile { get; init; }

    /// <summary>What embeddings it gives.</summary>
    public required EmbeddingShape Embedding { get; init; }

    /// <summary>Hands a request to the engine.</summary>
    public required Func<GenerationRequest, Generation> Submit { get; init; }
}
