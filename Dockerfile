# The service in a slim image, as an unprivileged user, with the corpus on a volume.
#
#   docker build -t hoidap .
#   docker run -p 127.0.0.1:8080:8080 -v hoidap:/data -e HOIDAP_API_KEY=… hoidap
#
# With other people's models, which need PyTorch, give pip the index of its CPU builds, or the image grows by gigabytes:
#
#   docker build -t hoidap --build-arg EXTRAS='[files,models]' --build-arg TORCH_INDEX_URL=… .

FROM python:3.11-slim AS build
ARG EXTRAS="[files]"
ARG TORCH_INDEX_URL=""
WORKDIR /src
COPY constraints.txt pyproject.toml README.md LICENSE ./
RUN python -m venv /venv \
 && if echo "$EXTRAS" | grep -q models; then \
      /venv/bin/pip install --no-cache-dir -c constraints.txt ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} torch; \
    fi
COPY api api
COPY index index
COPY qa qa
RUN /venv/bin/pip install --no-cache-dir -c constraints.txt ".${EXTRAS}"

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 hoidap && mkdir /data && chown hoidap /data
COPY --from=build /venv /venv
ENV PATH="/venv/bin:$PATH" HOIDAP_DATA=/data HOIDAP_HOST=0.0.0.0 HOIDAP_PORT=8080 PYTHONUNBUFFERED=1
USER hoidap
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
CMD ["hoidap", "serve"]
