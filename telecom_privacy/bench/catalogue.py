"""All benchmarks, in the order in which they are run and reported."""

from telecom_privacy.bench.growth.benchmark import GROWTH
from telecom_privacy.bench.load.benchmark import LOAD
from telecom_privacy.bench.memory.benchmark import MEMORY
from telecom_privacy.bench.micro.benchmark import MICRO
from telecom_privacy.bench.roles.benchmark import ROLES
from telecom_privacy.bench.sizes.benchmark import SIZES

BENCHMARKS = (ROLES, GROWTH, MICRO, MEMORY, LOAD, SIZES)
