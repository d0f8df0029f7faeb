using Godwit.Worker.Model.Families;

namespace Godwit.Worker.Model;

/// <summary>
/// The shape of a decoder: its family's parts, and the numbers of its <c>config.json</c>. Every value is within bounds that a real model
/// keeps, so that sizes computed from them neither overflow nor ask for absurd memory.
/// </summary>
internal sealed record ModelConfig
{
    /// <summary>What the name in <c>architectures</c> decides.</summary>
    public required DecoderFamily Family { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    /// <summary>Query heads; a multiple of <see cref="KvHeadCount"/>.</summary>
    public required int HeadCount { get; init; }

    public required int KvHeadCount { get; init; }

    /// <summary>Values per head.</summary>
    public required int HeadDim { get; init; }

    public required int VocabularySize { get; init; }

    /// <summary>Longest prompt and answer together, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Added to the mean square or variance in every norm.</summary>
    public required double NormEps { get; init; }

    /// <summary>What lies between the products of the feed-forward part.</summary>
    public required FeedForwardKind FeedForward { get; init; }

    /// <summary>Window and rotation of each layer.</summary>
    public required IReadOnlyList<LayerAttention> Layers { get; init; }

    /// <summary>What a query's product with a key is multiplied by.</summary>
    public required double QueryScale { get; init; }

    /// <summary>Bound of the attention's scores, by tanh; null for none.</summary>
    public double? AttentionSoftCap { get; init; }

    /// <summary>Bound of the logits, by tanh; null for none.</summary>
    public double? LogitSoftCap { get; init; }

    /// <summary>Whether the output projection is the embedding matrix.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Whether the query, key and value projections have a bias.</summary>
    public required bool QkvBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public required bool OutputBias { get; init; }

    /// <summary>Whether the products of the feed-forward part have a bias.</summary>
    public required bool FeedForwardBias { get; init; }

    /// <summary>Tokens that end an answer; may be empty.</summary>
    public required IReadOnlyList<int> EosTokenIds { get; init; }

    public int? BosTokenId { get; init; }

    /// <summary>The name in <c>architectures</c>, such as <c>LlamaForCausalLM</c>.</summary>
    public string Architecture => Family.Architecture;

    public int LayerCount => Layers.Count;

    /// <summary>Products that the first product of the feed-forward part stacks: gate and up, or up alone.</summary>
    public int UpWidth => Family.Gated ? 2 * IntermediateSize : IntermediateSize;

    /// <summary>Reads and checks the model folder's <c>config.json</c>, and <c>generation_config.json</c> where there is one.</summary>
    /// <exception cref="ModelLoadException">It is missing, malformed, or of a model that is not supported.</exception>
    public static ModelConfig Load(string directory) => ModelConfigReader.Read(directory);
}
