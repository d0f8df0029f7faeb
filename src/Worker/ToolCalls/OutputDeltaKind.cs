namespace Godwit.Worker.ToolCalls;

/// <summary>What a stretch of an output is.</summary>
internal enum OutputDeltaKind
{
    /// <summary>Text for the reader.</summary>
    Content,

    /// <summary>What the model thought before it answered.</summary>
    Reasoning,

    /// <summary>A call begins; the text is the function's name.</summary>
    Call,

    /// <summary>Arguments of a call, JSON as the model wrote it.</summary>
    Arguments,
}
