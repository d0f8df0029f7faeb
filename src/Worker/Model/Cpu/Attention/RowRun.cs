namespace Godwit.Worker.Model.Cpu.Attention;

/// <summary>Neighbouring rows of a step that belong to one sequence, at neighbouring positions.</summary>
/// <param name="FirstRow">Number of the first row.</param>
/// <param name="Rows">How many.</param>
/// <param name="Position">Position of the first row.</param>
/// <param name="BlockTable">Blocks of the sequence.</param>
/// <param name="IsAlone">Whether they are all rows that the sequence has in this step, so that no other run looks at their K and V.</param>
internal readonly record struct RowRun(int FirstRow, int Rows, int Position, ReadOnlyMemory<int> BlockTable, bool IsAlone);
