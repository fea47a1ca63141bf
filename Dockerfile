FROM python:3.13-slim AS build
COPY . /source
RUN python -m venv /opt/ecolint \
 && /opt/ecolint/bin/pip install --no-cache-dir --disable-pip-version-check /source \
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
