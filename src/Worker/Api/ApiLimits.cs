namespace Godwit.Worker.Api;

/// <summary>What a request may ask for at most. Fixed, so that every instance refuses the same requests.</summary>
internal static class ApiLimits
{
    /// <summary>Bytes of a request body: 8 MiB.</summary>
    public const int BodyBytes = 8 * 1024 * 1024;

    /// <summary>Nesting of JSON in a request body.</summary>
    public const int JsonDepth = 64;

    /// <summary>Choices per prompt (<c>n</c>).</summary>
    public const int ChoicesPerPrompt = 16;

    /// <summary>Prompts of one completion request.</summary>
    public const int Prompts = 128;

    /// <summary>Stop strings.</summary>
    public const int StopStrings = 4;

    /// <summary>Characters of one stop string.</summary>
    public const int StopStringChars = 1024;

    /// <summary>Entries of <c>stop_token_ids</c>.</summary>
    public const int StopTokenIds = 256;

    /// <summary>Characters of a message's role.</summary>
    public const int RoleChars = 64;

    /// <summary>Scheduling priorities reach from minus this to this (DESIGN §5.5).</summary>
    public const int Priority = 100;

    /// <summary>Characters of <c>cache_salt</c>.</summary>
    public const int CacheSaltChars = 1024;

    /// <summary>Characters of a request id.</summary>
    public const int RequestIdChars = 64;
}
