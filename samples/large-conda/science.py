"""Fits, plots and writes parquet: one real operation of every large dependency."""
import io

import matplotlib

matplotlib.use("agg")
import numpy
import pandas
import pyarrow
import pyarrow.parquet
import scipy.linalg
from matplotlib import pyplot
from sklearn.linear_model import LinearRegression


def handler(event, context):
    x = numpy.arange(10.0).reshape(-1, 1)
    slope = LinearRegression().fit(x, 3 * x.ravel()).coef_[0]
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"x": x.ravel()}), buffer)
    frame = pandas.read_parquet(io.BytesIO(buffer.getvalue()))
    picture = io.BytesIO()
    pyplot.plot(frame["x"])
    pyplot.savefig(picture, format="png")
    return {
        "slope": round(float(slope), 6),
        "rows": len(frame),
        "det": round(float(scipy.linalg.det(numpy.eye(3) * 2)), 6),
        "png": picture.getvalue()[1:4].decode(),
    }
