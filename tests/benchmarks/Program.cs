// Benchmarks: figures beside the bars they are measured against. Not timed tests and not part of the test suite.
//
//   ./build.sh bench learning [SEEDS [NAME]]   accuracy of each scheme, update rule and gradient type (hours), or of the rows of one name
//   ./build.sh bench compile                   seconds of compiling each network for training
//   ./build.sh bench speed [CORE]              instructions of each network under QEMU, in inference and training
//   ./build.sh bench memory                    SRAM of each network and scheme, and of a training step in PyTorch

using TinyEngine.Benchmarks;

return args switch
{
    ["learning"] => await LearningTable.RunAsync(5),
    ["learning", var seeds] => await LearningTable.RunAsync(int.Parse(seeds)),
    ["learning", var seeds, var name] => await LearningTable.RunAsync(int.Parse(seeds), name),
    ["compile"] => CompileTime.Run(),
    ["speed"] => await SpeedTable.RunAsync(),
    ["speed", var target] => await SpeedTable.RunAsync(target),
    ["memory"] => MemoryTable.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ./build.sh bench learning [SEEDS [NAME]] | compile | memory | speed [CORE]");
    return 2;
}
