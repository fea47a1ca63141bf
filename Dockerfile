FROM python:3.13-slim AS build
COPY . /source
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/build \
 && /opt/build/bin/pip install --require-hashes -r /source/requirements/build.txt \
 && /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheel /source \
 && python -m venv /opt/ecolint \
 && /opt/ecolint/bin/pip install --require-hashes -r /source/requirements/runtime.txt \
 && /opt/ecolint/bin/pip install --no-deps /wheel/*.whl \
 && /opt/ecolint/bin/pip uninstall --yes pip

FROM python:3.13-slim
LABEL org.opencontainers.image.title="ecolint" \
      org.opencontainers.image.description="Finds the settings that make LLM inference waste energy" \
      org.opencontainers.image.licenses="MIT"
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && git config --system --add safe.directory /code
COPY --from=build /opt/ecolint /opt/ecolint
ENV PATH=/opt/ecolint/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER 65534
WORKDIR /code
ENTRYPOINT ["ecolint"]
CMD ["scan"]
