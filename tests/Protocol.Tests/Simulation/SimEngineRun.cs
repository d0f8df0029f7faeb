namespace Godwit.Protocol.Tests.Simulation;

/// <summary>A request in a worker's engine: the tokens so far are numbers, since their values are known.</summary>
internal sealed class SimEngineRun(Answer answer, int epoch, SimCall call, long began)
{
    /// <summary>Tokens of each choice.</summary>
    public int[] Have { get; } = new int[answer.Choices];

    /// <summary>Frames of each choice that the present stream has been sent.</summary>
    public int[] Sent { get; } = new int[answer.Choices];

    public int Epoch { get; set; } = epoch;

    public SimCall Call { get; set; } = call;

    /// <summary>Since when this epoch runs here.</summary>
    public long Began { get; set; } = began;

    /// <summary>When the Gateway was heard last.</summary>
    public long Heard { get; set; } = began;

    /// <summary>Steps until the prompt is computed, or until it is admitted again.</summary>
    public int Waits { get; set; }

    public bool HasBegun { get; set; }

    public bool IsParked { get; set; }

    public long ParkedAt { get; set; }

    public long Offered { get; set; }

    /// <summary>The move that asked for a stop; 0: none.</summary>
    public long Stop { get; set; }

    public bool HasFailed { get; set; }

    public bool IsOverReported { get; set; }

    public int Blocks { get; set; }

    public bool IsFreed { get; set; }

    public bool IsFinished
    {
        get
        {
            for (int choice = 0; choice < Have.Length; choice++)
            {
                if (Have[choice] < answer.Lengths[choice])
                {
                    return false;
                }
            }

            return true;
        }
    }

    public int BlocksAt(Schedule schedule)
    {
        int tokens = answer.PromptTokens;
        foreach (int have in Have)
        {
            tokens += have;
        }

        return schedule.BlocksPerToken == 0 ? (tokens + 1) / 2 : tokens * schedule.BlocksPerToken;
    }

    /// <summary>
    /// The stream begins with the frames that are not wholly below what the Gateway wants, those without tokens there included.
    /// </summary>
    public void SendFrom(int[] from)
    {
        for (int choice = 0; choice < Sent.Length; choice++)
        {
            int next = 0;
            while (next < answer.Frames[choice].Length
                && answer.Frames[choice][next].FirstIndex < from[choice]
                && answer.Frames[choice][next].FirstIndex + answer.Frames[choice][next].TokenIds.Count <= from[choice])
            {
                next++;
            }

            Sent[choice] = next;
        }
    }
}
