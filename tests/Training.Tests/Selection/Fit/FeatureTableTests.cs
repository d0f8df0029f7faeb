using Godwit.Training.Selection.Fit;

namespace Godwit.Training.Tests.Selection.Fit;

public sealed class FeatureTableTests
{
    private const int Width = 13;

    [Fact]
    public void Sum_IsTheWeightedSumOfRows()
    {
        FeatureTable table = new(50, Width, 1, new Random(1));
        float[] rows = table.Rows;
        float[] sums = table.Sum(new FeatureBatch([3, 7, 3, 49], [0.5f, 2, 1, -1], [0, 2, 2, 4], []));
        for (int i = 0; i < Width; i++)
        {
            Assert.Equal((0.5f * rows[(3 * Width) + i]) + (2 * rows[(7 * Width) + i]), sums[i], 1e-5f);
            Assert.Equal(0, sums[Width + i]);
            Assert.Equal(rows[(3 * Width) + i] - rows[(49 * Width) + i], sums[(2 * Width) + i], 1e-5f);
        }
    }

    [Fact]
    public void Learn_IsAdagrad_OnTheRowsOfTheBatchAlone()
    {
        FeatureTable table = new(2000, Width, 1, new Random(1));
        float[] expected = table.Rows, squares = new float[expected.Length];
        Random random = new(2);
        for (int step = 0; step < 5; step++)
        {
            long[] ids = [.. Enumerable.Range(0, 3000).Select(_ => random.NextInt64(1900))];
            float[] weights = [.. ids.Select(_ => (float)random.NextDouble())];
            float[] gradients = [.. Enumerable.Range(0, 3 * Width).Select(_ => (float)(random.NextDouble() - 0.5))];
            table.Learn(new FeatureBatch(ids, weights, [0, 1000, 1500, 3000], []), gradients, 0.1f);

            float[] slopes = new float[expected.Length];
            for (int slot = 0; slot < ids.Length; slot++)
            {
                int prompt = slot < 1000 ? 0 : slot < 1500 ? 1 : 2;
                for (int i = 0; i < Width; i++)
                    slopes[(ids[slot] * Width) + i] += weights[slot] * gradients[(prompt * Width) + i];
            }

            for (int i = 0; i < expected.Length; i++)
            {
                squares[i] += slopes[i] * slopes[i];
                expected[i] -= squares[i] > 0 ? 0.1f * slopes[i] / MathF.Sqrt(squares[i]) : 0;
            }
        }

        float[] learned = table.Rows;
        Assert.All(expected.Zip(learned), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
        Assert.Equal(new FeatureTable(2000, Width, 1, new Random(1)).Rows[(1900 * Width)..], learned[(1900 * Width)..]);
    }
}
