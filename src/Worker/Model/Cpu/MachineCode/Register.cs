namespace Godwit.Worker.Model.Cpu.MachineCode;

/// <summary>General registers by their numbers in x86-64 code.</summary>
internal enum Register
{
    Rax = 0,
    Rcx = 1,
    Rdx = 2,
    Rbx = 3,
    Rsi = 6,
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
    R11 = 11,
}
