namespace Godwit.Worker.Api;

/// <summary>Which of the two generating endpoints a request came to.</summary>
internal enum ApiKind
{
    /// <summary><c>POST /v1/chat/completions</c>.</summary>
    Chat,

    /// <summary><c>POST /v1/completions</c>.</summary>
    Text,
}
