using System.ComponentModel.DataAnnotations;

namespace Godwit.Worker.Engine;

/// <summary>Limits of the engine. Section <c>Worker:Engine</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Worker:Engine";

    /// <summary>Most sequences in the fused batch. Default 64, range 1…1024.</summary>
    [Range(1, 1024)]
    public int MaxSequences { get; set; } = 64;

    /// <summary>Most tokens (rows) of one step. Default 256, range 16…8192; at least <see cref="MaxSequences"/>.</summary>
    [Range(16, 8192)]
    public int MaxTokensPerStep { get; set; } = 256;

    /// <summary>Most tokens of one sequence's prefill in one step. Default 128, range 1…8192.</summary>
    [Range(1, 8192)]
    public int PrefillChunkTokens { get; set; } = 128;

    /// <summary>Most requests that wait for a place; more are answered 503. Default 4096, range 0…1000000.</summary>
    [Range(0, 1_000_000)]
    public int MaxWaitingRequests { get; set; } = 4096;

    /// <summary>KV blocks of 16 tokens; 0 = as many as <see cref="KvMemoryMb"/> holds, but no more than the batch can use. Default 0.</summary>
    [Range(0, 100_000_000)]
    public int KvBlocks { get; set; }

    /// <summary>Memory for KV blocks when <see cref="KvBlocks"/> is 0, in MiB. Default 1024, range 1…1048576.</summary>
    [Range(1, 1_048_576)]
    public int KvMemoryMb { get; set; } = 1024;

    /// <summary>Most tokens of one sequence (prompt + completion); 0 = the model's context. Default 0. Lowers it, never raises it.</summary>
    [Range(0, 10_000_000)]
    public int MaxContextTokens { get; set; }
}
