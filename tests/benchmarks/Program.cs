// Benchmarks: figures beside the bars they are measured against. Not timed tests and not part of the test suite.
//
//   ./build.sh bench learning [SEEDS]    accuracy of each scheme, update rule and gradient type (hours)
//   ./build.sh bench compile             seconds of compiling each network for training

using TinyEngine.Benchmarks;

return args switch
{
    ["learning", .. var rest] => await LearningTable.RunAsync(rest is [var seeds] ? int.Parse(seeds) : 5),
    ["compile"] => CompileTime.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: ./build.sh bench learning [SEEDS] | compile");
    return 2;
}
