namespace Godwit.Worker.StructuredOutput;

/// <summary>Counts the work of one compilation and ends it at the limit.</summary>
internal sealed class CompileBudget(long limit = ConstraintLimits.Work)
{
    private long _left = limit;

    /// <summary>Spends units of work.</summary>
    /// <exception cref="ConstraintException">None are left.</exception>
    public void Spend(long units = 1)
    {
        _left -= units;
        if (_left < 0)
        {
            throw ConstraintException.TooComplex("The constraint is too complex: compiling it takes more work than a request may ask for.");
        }
    }
}
