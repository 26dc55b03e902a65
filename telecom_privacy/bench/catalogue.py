"""All benchmarks, in the order in which they are run and reported."""

from telecom_privacy.bench.growth.benchmark import GROWTH
from telecom_privacy.bench.load.benchmark import LOAD
from telecom_privacy.bench.memory.benchmark import MEMORY
from telecom_privacy.bench.micro.benchmark import MICRO
from telecom_privacy.bench.roles.benchmark import ROLES

BENCHMARKS = (ROLES, GROWTH, MICRO, MEMORY, LOAD)
