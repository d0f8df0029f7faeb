using System.Buffers;
using CsCheck;
using Godwit.Contracts.Frames;

namespace Godwit.Contracts.Tests.Frames;

public sealed class FrameTests
{
    private static readonly Gen<Frame> s_frames =
        from flags in Gen.Int[0, 15]
        from choice in Gen.Int[0, 65535]
        from first in Gen.Int[0, int.MaxValue]
        from ids in Gen.Int.Array[0, 20]
        from payload in Gen.Byte.Array[0, 300]
        select new Frame((FrameFlags)flags, choice, first, ids, payload);

    [Fact]
    public void WrittenFrames_AreReadBack_HoweverTheBytesAreCut() =>
        Gen.Select(s_frames.Array[1, 5], Gen.Int[1, 50]).Sample((frames, cut) =>
        {
            var writer = new ArrayBufferWriter<byte>();
            foreach (Frame frame in frames)
            {
                FrameWriter.Write(writer, frame);
            }

            var read = new List<Frame>();
            for (int end = 0; end < writer.WrittenCount;)
            {
                end = Math.Min(end + cut, writer.WrittenCount);
                var pending = new ReadOnlySequence<byte>(writer.WrittenMemory[(int)Consumed(read)..end]);
                while (FrameReader.TryRead(ref pending, out Frame? frame))
                {
                    read.Add(frame!);
                }
            }

            Assert.Equal(frames.Length, read.Count);
            foreach ((Frame expected, Frame actual) in frames.Zip(read))
            {
                Assert.Equal(expected.Flags, actual.Flags);
                Assert.Equal(expected.Choice, actual.Choice);
                Assert.Equal(expected.FirstIndex, actual.FirstIndex);
                Assert.Equal(expected.TokenIds, actual.TokenIds);
                Assert.Equal(expected.Payload.ToArray(), actual.Payload.ToArray());
            }
        });

    [Fact]
    public void RandomBytes_AreRefusedOrWaitedFor_NeverACrash() =>
        Gen.Byte.Array[0, 64].Sample(bytes =>
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            try
            {
                while (FrameReader.TryRead(ref buffer, out _))
                {
                }
            }
            catch (InvalidDataException error)
            {
                Assert.NotEmpty(error.Message);
            }
        });

    [Fact]
    public void HostileLength_IsRefusedAtOnce()
    {
        var buffer = new ReadOnlySequence<byte>([255, 255, 255, 255]);
        Assert.Throws<InvalidDataException>(() => FrameReader.TryRead(ref buffer, out _));
    }

    private static long Consumed(IEnumerable<Frame> read) => read.Sum(f => 16L + (4 * f.TokenIds.Count) + f.Payload.Length);
}
