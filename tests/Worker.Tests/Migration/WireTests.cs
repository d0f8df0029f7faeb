using System.Text;
using Godwit.Contracts.Frames;
using Godwit.Worker.Migration;
using Godwit.Worker.Migration.Wire;
using Godwit.Worker.Sampling;
using Microsoft.Extensions.Options;

namespace Godwit.Worker.Tests.Migration;

public sealed class WireTests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("a", 0xC1D04330u)]
    [InlineData("123456789", 0xE3069283u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x22620404u)]
    public void The_checksum_is_CRC_32C(string text, uint expected) => Assert.Equal(expected, Crc32C.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public async Task Messages_come_out_as_they_went_in()
    {
        var score = new TokenLogprobs(6, -0.25f, 2, [new TokenLogprob(9, -0.125f), new TokenLogprob(6, float.NegativeInfinity)]);
        var delta = new ChoiceDelta(1, 7, [5, 6], [score], 32, [0, 3]);
        var prepare = new PrepareMessage
        {
            Move = 1L << 40,
            Destination = "boot",
            Kinship = "w|n|k",
            Ticket = new AdmissionTicket("r", 3, 1, 2, -4, "m", null, "salt", -5),
            Path = "/v1/completions",
            Prompts = [[1, 2], [3]],
            Acknowledged = [7, 0],
            Blocks = 9,
            Sequences = 2,
            Choices = [delta],
            Body = Encoding.UTF8.GetBytes("{\"a\":\"ü\"}"),
        };
        using WireFrame frame = await ReadAsync(prepare.ToFrame());
        Assert.Equal((WireType.Prepare, 1L << 40), (frame.Type, frame.Move));
        PrepareMessage read = PrepareMessage.Read(frame.Payload);
        Assert.Equivalent(prepare with { Body = read.Body }, read, strict: true);
        Assert.Equal(prepare.Body.ToArray(), read.Body.ToArray());

        var stage = new StageMessage(4, true, [delta, delta with { Choice = 0, Scores = [] }]);
        using WireFrame second = await ReadAsync(stage.ToFrame());
        Assert.Equivalent(stage, StageMessage.Read(second.Payload), strict: true);
    }

    [Fact]
    public async Task No_bit_of_a_frame_can_change_unseen()
    {
        byte[] frame = new StageMessage(4, true, [new ChoiceDelta(0, 0, [1, 2], [], 3, [4])]).ToFrame().ToArray();
        for (int bit = 0; bit < 8 * frame.Length; bit++)
        {
            byte[] wrong = [.. frame];
            wrong[bit / 8] ^= (byte)(1 << (bit % 8));
            if (bit / 8 == 4)
            {
                // The type stands outside the checksum: another one is no stage, and refused by whoever reads it.
                continue;
            }

            await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(wrong));
        }
    }

    [Fact]
    public void Half_a_message_is_refused()
    {
        ReadOnlyMemory<byte> frame = new StageMessage(4, true, [new ChoiceDelta(0, 0, [1, 2], [], 3, [4])]).ToFrame();
        byte[] payload = frame[WireFrame.HeaderBytes..].ToArray();
        for (int length = 0; length < payload.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => StageMessage.Read(payload.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Bandwidth_is_kept_after_a_burst()
    {
        var time = new ManualTime();
        var limit = new BandwidthLimit(Options.Create(new MigrationOptions { BandwidthMbps = 10 }), time);
        Assert.Equal(TimeSpan.Zero, limit.Take(1_000_000));
        Assert.Equal(0.2, limit.Take(2_000_000).TotalSeconds, 6);
        time.Advance(TimeSpan.FromSeconds(0.3));
        Assert.Equal(TimeSpan.Zero, limit.Take(1_000_000));
        Assert.Equal(TimeSpan.Zero, new BandwidthLimit(Options.Create(new MigrationOptions()), time).Take(long.MaxValue));
    }

    private static async Task<WireFrame> ReadAsync(ReadOnlyMemory<byte> bytes)
    {
        using var stream = new MemoryStream(bytes.ToArray());
        return await WireFrame.ReadAsync(stream, CancellationToken.None) ?? throw new EndOfStreamException();
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
