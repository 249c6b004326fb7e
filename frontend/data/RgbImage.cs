// A decoded image and the way to a sample of the model. Resizing is separable with a triangle filter as wide as the scale
// (bilinear when enlarging, averaging when reducing), in double precision: the same pixels on every machine.

namespace TinyEngine.Data;

/// <summary>Pixels of four bytes, of which the first three are red, green and blue.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Pixels of a row.</param>
/// <param name="RowBytes">Bytes from one row to the next.</param>
/// <param name="Pixels">All rows.</param>
internal sealed record RgbImage(int Height, int Width, int RowBytes, byte[] Pixels)
{
    /// <summary>The image with an EXIF orientation undone.</summary>
    /// <param name="orientation">The EXIF value less 1: 0 is upright; bit 2 swaps rows and columns.</param>
    public RgbImage Upright(int orientation)
    {
        if (orientation is <= 0 or > 7)
        {
            return this;
        }

        bool swap = orientation >= 4;
        bool flipX = orientation is 1 or 2 or 6 or 7; // of the stored image
        bool flipY = orientation is 2 or 3 or 5 or 6;
        var (height, width) = swap ? (Width, Height) : (Height, Width);
        var pixels = new byte[height * width * 4];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                var (row, column) = swap ? (x, y) : (y, x);
                row = flipY ? Height - 1 - row : row;
                column = flipX ? Width - 1 - column : column;
                Pixels.AsSpan((row * RowBytes) + (column * 4), 4).CopyTo(pixels.AsSpan(((y * width) + x) * 4));
            }
        }

        return new RgbImage(height, width, width * 4, pixels);
    }

    /// <summary>The largest centred part with the proportions of the result, resized: channels last.</summary>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">3: red, green, blue; 1: grey.</param>
    public byte[] Resized(int height, int width, int channels)
    {
        double scale = Math.Min((double)Height / height, (double)Width / width);
        var rows = Filter(Height, height, scale);
        var columns = Filter(Width, width, scale);
        var narrow = new double[Height * width * 3];
        for (int i = 0; i < narrow.Length; i++)
        {
            var (first, weights) = columns[i / 3 % width];
            int at = (i / (width * 3) * RowBytes) + (first * 4) + (i % 3);
            for (int k = 0; k < weights.Length; k++)
            {
                narrow[i] += weights[k] * Pixels[at + (k * 4)];
            }
        }

        var result = new byte[height * width * channels];
        var colour = new double[3];
        for (int i = 0; i < height * width; i++)
        {
            var (first, weights) = rows[i / width];
            for (int c = 0; c < 3; c++)
            {
                colour[c] = 0;
                for (int k = 0; k < weights.Length; k++)
                {
                    colour[c] += weights[k] * narrow[((((first + k) * width) + (i % width)) * 3) + c];
                }
            }

            if (channels == 1)
            {
                colour[0] = (0.299 * colour[0]) + (0.587 * colour[1]) + (0.114 * colour[2]);
            }

            for (int c = 0; c < channels; c++)
            {
                result[(i * channels) + c] = (byte)Math.Clamp(Math.Round(colour[c]), 0, 255);
            }
        }

        return result;
    }

    // For each place of the result the first source place and the weights from there on; they sum to 1.
    private static (int First, double[] Weights)[] Filter(int from, int to, double scale)
    {
        double radius = Math.Max(scale, 1);
        double start = (from - (to * scale)) / 2;
        return
        [
            .. Enumerable
                .Range(0, to)
                .Select(i =>
                {
                    double centre = start + ((i + 0.5) * scale);
                    int first = Math.Max(0, (int)Math.Floor(centre - radius));
                    int last = Math.Min(from - 1, (int)Math.Ceiling(centre + radius));
                    double[] weights =
                    [
                        .. Enumerable.Range(first, last - first + 1).Select(p => Math.Max(0, 1 - (Math.Abs(p + 0.5 - centre) / radius))),
                    ];
                    double sum = weights.Sum();
                    return (first, weights.Select(w => w / sum).ToArray());
                }),
        ];
    }
}
