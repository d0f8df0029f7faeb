namespace Godwit.Worker.Api;

/// <summary>What a request may ask for at most. Fixed, so that every instance refuses the same requests.</summary>
internal static class ApiLimits
{
    /// <summary>Bytes of a request body: 8 MiB.</summary>
    public const int BodyBytes = 8 * 1024 * 1024;

    /// <summary>Nesting of JSON in a request body.</summary>
    public const int JsonDepth = 64;

    /// <summary>Choices per prompt (<c>n</c>).</summary>
    public const int ChoicesPerPrompt = 128;

    /// <summary>Choices to choose from (<c>best_of</c>), as vLLM's <c>n</c>.</summary>
    public const int BestOf = 128;

    /// <summary>Choices of all prompts of one request; a frame can count them.</summary>
    public const int ChoicesPerRequest = 2048;

    /// <summary>Tokens that all choices of one request may generate together, if there are several.</summary>
    public const long TokensPerRequest = 4 * 1024 * 1024;

    /// <summary>Largest <c>top_k</c>: more than any vocabulary.</summary>
    public const int TopK = 1_000_000;

    /// <summary>Largest <c>repetition_penalty</c>.</summary>
    public const double RepetitionPenalty = 1000;

    /// <summary>Alternatives per token of log-probabilities.</summary>
    public const int TopLogprobs = 20;

    /// <summary>Entries of <c>logit_bias</c>.</summary>
    public const int LogitBiases = 1024;

    /// <summary>Entries of <c>bad_words</c>.</summary>
    public const int BadWords = 256;

    /// <summary>Characters of one entry of <c>bad_words</c>.</summary>
    public const int BadWordChars = 1024;

    /// <summary>Prompts of one completion request.</summary>
    public const int Prompts = 128;

    /// <summary>Inputs of one request for embeddings.</summary>
    public const int EmbeddingInputs = 2048;

    /// <summary>Numbers of all embeddings of one request: as text they are just within what a frame may hold.</summary>
    public const int EmbeddingValues = 4 * 1024 * 1024;

    /// <summary>Tokens of one call to tokenize or detokenize: what is said of them fits into a frame.</summary>
    public const int ListedTokens = 1024 * 1024;

    /// <summary>Stop strings.</summary>
    public const int StopStrings = 4;

    /// <summary>Characters of one stop string.</summary>
    public const int StopStringChars = 1024;

    /// <summary>Entries of <c>stop_token_ids</c>.</summary>
    public const int StopTokenIds = 256;

    /// <summary>Characters of the name of a schema, or of the author of a message.</summary>
    public const int NameChars = 64;

    /// <summary>Entries of <c>tools</c>.</summary>
    public const int Tools = 128;

    /// <summary>Calls of an answer that has to be calls.</summary>
    public const int ForcedCalls = 16;

    /// <summary>Characters of a message's role.</summary>
    public const int RoleChars = 64;

    /// <summary>Scheduling priorities reach from minus this to this (DESIGN §5.5).</summary>
    public const int Priority = 100;

    /// <summary>Characters of <c>cache_salt</c>.</summary>
    public const int CacheSaltChars = 1024;

    /// <summary>Characters of a model's id.</summary>
    public const int ModelIdChars = 256;

    /// <summary>Characters of <c>user</c> and of the other names that a caller gives itself or its request.</summary>
    public const int CallerChars = 1024;

    /// <summary>Entries of <c>metadata</c>.</summary>
    public const int MetadataEntries = 16;

    /// <summary>Characters of a name in <c>metadata</c>.</summary>
    public const int MetadataNameChars = 64;

    /// <summary>Characters of a value in <c>metadata</c>.</summary>
    public const int MetadataValueChars = 512;

    /// <summary>Characters of a request id.</summary>
    public const int RequestIdChars = 64;
}
