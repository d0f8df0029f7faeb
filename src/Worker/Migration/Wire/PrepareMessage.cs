using System.Text.Json;
using Godwit.Contracts;
using Godwit.Contracts.Frames;

namespace Godwit.Worker.Migration.Wire;

/// <summary>A source asks whether a request may come, and tells all of it but its blocks.</summary>
internal sealed record PrepareMessage
{
    /// <summary>The move.</summary>
    public required long Move { get; init; }

    /// <summary>Boot id of the destination that was meant.</summary>
    public required string Destination { get; init; }

    /// <summary>What both must have alike: weights, arithmetic and the blocks' layout.</summary>
    public required string Kinship { get; init; }

    /// <summary>What the Gateway fixed; its epoch is the one under which the source runs the request.</summary>
    public required AdmissionTicket Ticket { get; init; }

    /// <summary>The public path that the body was sent to.</summary>
    public required string Path { get; init; }

    /// <summary>Token ids of each distinct prompt.</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Prompts { get; init; }

    /// <summary>Per choice the token that the Gateway wants next, as far as the source knows.</summary>
    public required IReadOnlyList<int> Acknowledged { get; init; }

    /// <summary>KV blocks to begin with.</summary>
    public required int Blocks { get; init; }

    /// <summary>Choices that hold blocks.</summary>
    public required int Sequences { get; init; }

    /// <summary>What was sampled so far; no blocks yet.</summary>
    public required IReadOnlyList<ChoiceDelta> Choices { get; init; }

    /// <summary>The client's body.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The frame.</summary>
    public ReadOnlyMemory<byte> ToFrame()
    {
        WireWriter wire = new WireWriter(WireType.Prepare, Move)
            .Write(Destination)
            .Write(Kinship)
            .Write(JsonSerializer.SerializeToUtf8Bytes(Ticket, ContractsJson.Default.AdmissionTicket))
            .Write(Path)
            .Write(Prompts.Count);
        foreach (IReadOnlyList<int> prompt in Prompts)
        {
            wire.Write(prompt);
        }

        wire.Write(Acknowledged).Write(Blocks).Write(Sequences).Write(Choices.Count);
        foreach (ChoiceDelta choice in Choices)
        {
            choice.Write(wire);
        }

        return wire.Write(Body.Span).Seal();
    }

    /// <summary>Reads a frame.</summary>
    /// <exception cref="InvalidDataException">It is not what it should be.</exception>
    public static PrepareMessage Read(ReadOnlySpan<byte> payload)
    {
        var wire = new WireReader(payload);
        long move = wire.Int64();
        string destination = wire.Text();
        string kinship = wire.Text();
        AdmissionTicket ticket = ReadTicket(wire.Bytes());
        string path = wire.Text();
        int[][] prompts = new int[wire.Count(sizeof(int))][];
        for (int i = 0; i < prompts.Length; i++)
        {
            prompts[i] = wire.Numbers();
        }

        return new PrepareMessage
        {
            Move = move,
            Destination = destination,
            Kinship = kinship,
            Ticket = ticket,
            Path = path,
            Prompts = prompts,
            Acknowledged = wire.Numbers(),
            Blocks = wire.Natural(),
            Sequences = wire.Natural(),
            Choices = StageMessage.ReadChoices(ref wire),
            Body = wire.Bytes().ToArray(),
        };
    }

    private static AdmissionTicket ReadTicket(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ContractsJson.Default.AdmissionTicket)
                ?? throw new InvalidDataException("A request came without a ticket.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"A ticket is not what it should be: {e.Message}", e);
        }
    }
}
