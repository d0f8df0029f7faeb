namespace Godwit.Protocol.Tests.Simulation;

/// <summary>A release or cancel that the Gateway posts until it is answered.</summary>
internal sealed class SimPost(bool isCancel, int request, int node, int epoch, long giveUpAt)
{
    public bool IsCancel { get; } = isCancel;

    public int Request { get; } = request;

    public int Node { get; } = node;

    public int Epoch { get; } = epoch;

    public long GiveUpAt { get; } = giveUpAt;

    public bool IsAnswered { get; set; }

    public override string ToString() => $"{(IsCancel ? "cancel" : "release")} {Epoch}";
}
