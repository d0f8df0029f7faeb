namespace Godwit.Worker.Model;

/// <summary>
/// The shape of a model of the Llama family, from its <c>config.json</c>. Every value is within bounds that a real model keeps,
/// so that sizes computed from them neither overflow nor ask for absurd memory.
/// </summary>
internal sealed record ModelConfig
{
    /// <summary>The name in <c>architectures</c>, such as <c>LlamaForCausalLM</c>.</summary>
    public required string Architecture { get; init; }

    public required int HiddenSize { get; init; }

    public required int IntermediateSize { get; init; }

    public required int LayerCount { get; init; }

    /// <summary>Query heads; a multiple of <see cref="KvHeadCount"/>.</summary>
    public required int HeadCount { get; init; }

    public required int KvHeadCount { get; init; }

    /// <summary>Values per head; even, because rotary positions turn pairs.</summary>
    public required int HeadDim { get; init; }

    public required int VocabularySize { get; init; }

    /// <summary>Longest prompt and answer together, in tokens.</summary>
    public required int ContextLength { get; init; }

    public required double RmsNormEps { get; init; }

    public required double RopeTheta { get; init; }

    /// <summary>Null for plain rotary positions.</summary>
    public Llama3RopeScaling? RopeScaling { get; init; }

    /// <summary>Whether the output projection is the embedding matrix.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Whether the query, key and value projections have a bias.</summary>
    public required bool QkvBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public required bool OutputBias { get; init; }

    /// <summary>Tokens that end an answer; may be empty.</summary>
    public required IReadOnlyList<int> EosTokenIds { get; init; }

    public int? BosTokenId { get; init; }

    /// <summary>Reads and checks the model folder's <c>config.json</c>, and <c>generation_config.json</c> where there is one.</summary>
    /// <exception cref="ModelLoadException">It is missing, malformed, or of a model that is not supported.</exception>
    public static ModelConfig Load(string directory) => ModelConfigReader.Read(directory);
}
