using System.Buffers;
using Godwit.Contracts.Frames;
using Godwit.Worker.Api.Serving;

namespace Godwit.Worker.Tests.Api.Serving;

public sealed class FrameLogTests
{
    [Fact]
    public void A_reader_gets_what_it_lacks_and_then_what_follows()
    {
        var log = new FrameLog(2);
        log.Add(Of(0, 0, 3));
        log.Add(Of(1, 0, 2));
        log.Add(Of(0, 3, 1));
        List<Frame> read = [];
        long cursor = Read(log, 0, new StreamStart([3, 0]), read);
        Assert.Equal([(1, 0), (0, 3)], read.Select(frame => (frame.Choice, frame.FirstIndex)));

        read.Clear();
        log.Add(Of(1, 2, 4));
        Read(log, cursor, new StreamStart([3, 0]), read);
        Assert.Equal([(1, 2)], read.Select(frame => (frame.Choice, frame.FirstIndex)));
    }

    [Fact]
    public void What_is_acknowledged_is_forgotten_and_the_end_never()
    {
        var log = new FrameLog(2);
        log.Add(Of(0, 0, 0), isOpening: true);
        log.Add(Of(0, 0, 3));
        log.Add(Of(1, 0, 2));
        log.Add(new Frame(FrameFlags.Last, 0, 0, [], new byte[10]), endsStream: true);
        long whole = log.Bytes;
        log.Forget([3, 1]);
        Assert.Equal([3, 1], log.Acknowledged);
        List<Frame> read = [];
        Read(log, 0, new StreamStart(null), read);
        Assert.Equal([(1, FrameFlags.None), (0, FrameFlags.Last)], read.Select(frame => (frame.Choice, frame.Flags)));
        Assert.InRange(log.Bytes, 1, whole - 1);

        log.Forget([100, 100]);
        Assert.Equal([3, 2], log.Acknowledged);
        read.Clear();
        Read(log, 0, new StreamStart(null), read);
        Assert.Equal([FrameFlags.Last], read.Select(frame => frame.Flags));
    }

    [Fact]
    public void What_came_elsewhere_is_not_kept()
    {
        var log = new FrameLog(1, [5]);
        log.Add(Of(0, 0, 3));
        log.Add(Of(0, 3, 2));
        Assert.Equal(0, log.Bytes);
        log.Add(Of(0, 5, 1));
        List<Frame> read = [];
        Read(log, 0, new StreamStart([5]), read);
        Assert.Equal([5], read.Select(frame => frame.FirstIndex));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(2, 0, false)]
    [InlineData(1, 1, true)]
    public void Frames_without_tokens_are_sent_where_the_gateway_goes_on(int from, int first, bool isWanted)
    {
        var start = new StreamStart([from]);
        Assert.Equal(isWanted, start.Wants(0, first, 0, isOpening: false));
        Assert.Equal(isWanted, start.Wants(0, first, 5, isOpening: true));
        Assert.True(new StreamStart(null).Wants(0, first, 0, isOpening: true));
    }

    private static Frame Of(int choice, int first, int tokens) =>
        new(FrameFlags.None, choice, first, [.. Enumerable.Range(7, tokens)], new byte[5]);

    private static long Read(FrameLog log, long cursor, StreamStart start, List<Frame> frames)
    {
        var encoded = new List<ReadOnlyMemory<byte>>();
        long next = log.Read(cursor, start, encoded);
        foreach (ReadOnlyMemory<byte> bytes in encoded)
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            Assert.True(FrameReader.TryRead(ref buffer, out Frame? frame));
            frames.Add(frame!);
        }

        return next;
    }
}
