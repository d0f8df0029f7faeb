namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>A place in memory: base + index · scale + displacement.</summary>
/// <param name="Base">Register with the base.</param>
/// <param name="Index">Register with the index; null for none.</param>
/// <param name="Scale">1, 2, 4 or 8.</param>
/// <param name="Displacement">Bytes.</param>
internal readonly record struct Address(Register Base, Register? Index = null, int Scale = 1, int Displacement = 0);
