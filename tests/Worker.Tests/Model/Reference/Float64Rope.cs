namespace Godwit.Worker.Tests.Model.Reference;

/// <summary>Rotary positions once more in float64, with the numbers that <see cref="RandomModelConfig"/> writes.</summary>
internal static class Float64Rope
{
    /// <summary>θ of Gemma 3's layers with a window.</summary>
    public const double LocalTheta = 100;

    public static double ShortFactor(int pair) => 1 + (0.1 * pair);

    public static double LongFactor(int pair) => 1.5 + pair;

    /// <summary>Turns neighbouring heads as most layers of the model do.</summary>
    public static double[] Rotate(RandomModelShape shape, double[] heads, int position) =>
        Rotate(shape, heads, position, shape.RopeTheta, shape.Rope);

    /// <summary>Turns neighbouring heads, each by its first d entries, where entry i is paired with i + d/2.</summary>
    public static double[] Rotate(RandomModelShape shape, double[] heads, int position, double theta, string scaling)
    {
        int headDim = shape.HeadDim, dims = (int)(headDim * shape.RotaryPart);
        double[] rotated = [.. heads];
        double amplitude = scaling switch
        {
            "yarn" => (0.1 * Math.Log(4)) + 1,
            "longrope" => Math.Sqrt(1 + (Math.Log((double)shape.Context / shape.Original) / Math.Log(shape.Original))),
            _ => 1,
        };
        for (int start = 0; start < heads.Length; start += headDim)
        {
            for (int i = 0; i < dims / 2; i++)
            {
                double angle = position * Frequency(i, dims, theta, scaling, (shape.Served ?? shape.Context) > shape.Original);
                double a = heads[start + i], b = heads[start + (dims / 2) + i];
                rotated[start + i] = amplitude * ((a * Math.Cos(angle)) - (b * Math.Sin(angle)));
                rotated[start + (dims / 2) + i] = amplitude * ((b * Math.Cos(angle)) + (a * Math.Sin(angle)));
            }
        }

        return rotated;
    }

    private static double Frequency(int i, int dims, double theta, string scaling, bool beyondOriginal)
    {
        double frequency = Math.Pow(theta, -2.0 * i / dims);
        switch (scaling)
        {
            case "linear":
                return frequency / 8;
            case "llama3":
                double turns = 32 * frequency / (2 * Math.PI);
                return turns > 4
                    ? frequency
                    : turns < 1 ? frequency / 8 : (((1 - ((turns - 1) / 3)) / 8) + ((turns - 1) / 3)) * frequency;
            case "yarn":
                // YaRN's reference code: a ramp over the pairs, from the one that turns 32 times in 64 tokens to the one that turns once.
                double Pair(double rotations) => dims * Math.Log(64 / (rotations * 2 * Math.PI)) / (2 * Math.Log(theta));
                double low = Math.Max(Math.Floor(Pair(32)), 0), high = Math.Min(Math.Ceiling(Pair(1)), dims - 1);
                double extrapolated = i <= low ? 1 : i >= high ? 0 : 1 - ((i - low) / (high - low));
                return (frequency * extrapolated) + (frequency / 4 * (1 - extrapolated));
            case "longrope":
                return frequency / (beyondOriginal ? LongFactor(i) : ShortFactor(i));
            default:
                return frequency;
        }
    }
}
